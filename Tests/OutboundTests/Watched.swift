import System

/// A value that some change and a test waits for.
final class Watched<Value: Sendable>: Sendable {
    private struct Waiter: Sendable {
        let isSo: @Sendable (Value) -> Bool
        let sleeper: CheckedContinuation<Void, Never>
    }

    private struct State: Sendable {
        var value: Value
        var waiters: [Waiter] = []
    }

    private let state: Locked<State>

    init(_ value: Value) { state = Locked(State(value: value)) }

    var value: Value { state.withLock(\.value) }

    @discardableResult
    func change<Result>(_ body: (inout Value) -> Result) -> Result {
        var ready: [Waiter] = []
        let result = state.withLock { state in
            let result = body(&state.value)
            ready = state.waiters.filter { $0.isSo(state.value) }
            state.waiters.removeAll { $0.isSo(state.value) }
            return result
        }
        for waiter in ready { waiter.sleeper.resume() }
        return result
    }

    /// Returns when it is so; the suite's time limit ends what never is.
    func until(_ isSo: @escaping @Sendable (Value) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if isSo(state.value) { return true }
                state.waiters.append(Waiter(isSo: isSo, sleeper: continuation))
                return false
            }
            if isOver { continuation.resume() }
        }
    }
}
