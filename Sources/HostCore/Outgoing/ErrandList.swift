internal import Dispatch
internal import PluginHost
internal import System

/// The tasks that plugins have asked for: at the end they are waited for, since what they use goes then.
final class ErrandList: Sendable {
    private struct State {
        var tasks: [Int: Task<Void, Never>] = [:]
        var last = 0
        var isClosed = false
    }

    private let state = Locked(State())
    /// Told of each task that ends behind the end.
    private let ended = DispatchSemaphore(value: 0)

    /// Whether nothing begins any more.
    var isClosed: Bool { state.withLock(\.isClosed) }

    /// Begins a task; none behind the end.
    @discardableResult
    func begin(_ work: @escaping @Sendable () async -> Void) throws(ServiceFault) -> Task<Void, Never> {
        let task = state.withLock { state -> Task<Void, Never>? in
            guard !state.isClosed else { return nil }
            state.last += 1
            let number = state.last
            // It can't be over before it stands in the table: taking it out waits for this lock.
            let task = Task {
                await work()
                self.remove(number)
            }
            state.tasks[number] = task
            return task
        }
        guard let task else { throw .notReady }
        return task
    }

    private func remove(_ number: Int) {
        let isClosed = state.withLock { state in
            state.tasks[number] = nil
            return state.isClosed
        }
        if isClosed { ended.signal() }
    }

    /// Lets no more begin, and waits for the others until then; those that are left are cancelled, and have a second.
    ///
    /// - Returns: how many were cancelled.
    func end(by deadline: DispatchTime) -> Int {
        state.withLock { $0.isClosed = true }
        guard !hasEnded(until: deadline) else { return 0 }
        let left = state.withLock { Array($0.tasks.values) }
        for task in left { task.cancel() }
        _ = hasEnded(until: .now() + .seconds(1))
        return left.count
    }

    /// Whether all have ended until then.
    private func hasEnded(until deadline: DispatchTime) -> Bool {
        while !state.withLock({ $0.tasks.isEmpty }) {
            if ended.wait(timeout: deadline) == .timedOut { return state.withLock { $0.tasks.isEmpty } }
        }
        return true
    }
}
