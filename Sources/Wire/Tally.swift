import System

/// Counts connections over all loops, and knows who waits for the last one.
final class Tally: Sendable {
    private struct State {
        var count = 0
        var tickets = 0
        var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
    }

    private let state = Locked(State())

    var count: Int { state.withLock { $0.count } }

    func add() { state.withLock { $0.count += 1 } }

    func remove() {
        let waiting = state.withLock { state in
            state.count -= 1
            guard state.count == 0 else { return [Int: CheckedContinuation<Bool, Never>]() }
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume(returning: true) }
    }

    /// Waits for the last connection; `started` is called with what ``expire(_:)`` takes to end the wait.
    func empty(_ started: (Int) -> Void) async -> Bool {
        await withCheckedContinuation { continuation in
            let ticket = state.withLock { state -> Int? in
                guard state.count > 0 else { return nil }
                state.tickets += 1
                state.waiting[state.tickets] = continuation
                return state.tickets
            }
            if let ticket { started(ticket) } else { continuation.resume(returning: true) }
        }
    }

    func expire(_ ticket: Int) {
        let continuation = state.withLock { $0.waiting.removeValue(forKey: ticket) }
        continuation?.resume(returning: false)
    }
}
