internal import Dispatch
internal import System

/// Wakes one sleeper, from any thread.
final class Bell: Sendable {
    private struct State {
        var hasRung = false
        var sleeper: CheckedContinuation<Void, Never>?
        /// When the earliest alarm that is set will ring.
        var alarm: ContinuousClock.Instant?
    }

    private let state = Locked(State())

    func ring() {
        let sleeper = state.withLock { state in
            state.hasRung = state.sleeper == nil
            return state.sleeper.take()
        }
        sleeper?.resume()
    }

    /// Returns when it has rung since the last time, or after a while.
    func heard(within limit: Duration) async {
        let instant = ContinuousClock.now + limit
        let isNew = state.withLock { state in
            guard state.alarm.map({ instant < $0 }) ?? true else { return false }
            state.alarm = instant
            return true
        }
        // No task of its own: whoever ends would have to wait for it.
        if isNew {
            let (seconds, attoseconds) = limit.components
            let wait = DispatchTimeInterval.nanoseconds(Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
            DispatchQueue.global().asyncAfter(deadline: .now() + wait) { [self] in
                state.withLock { state in if state.alarm == instant { state.alarm = nil } }
                ring()
            }
        }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.hasRung {
                    state.hasRung = false
                    return true
                }
                state.sleeper = continuation
                return false
            }
            if isOver { continuation.resume() }
        }
    }
}
