internal import Queue
internal import System

/// Wakes one sleeper, from any thread.
final class Bell: Sendable {
    private struct State {
        var hasRung = false
        var sleeper: CheckedContinuation<Void, Never>?
    }

    private let state = Locked(State())

    func ring() {
        let sleeper = state.withLock { state in
            state.hasRung = state.sleeper == nil
            return state.sleeper.take()
        }
        sleeper?.resume()
    }

    /// Returns when it has rung since the last time, or at that time, with nothing left behind.
    func heard(until time: QueueTime, pause: @escaping Runner.Pause) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                // Cut short: somebody else has rung.
                do { try await pause(time) } catch { return }
                ring()
            }
            await rung()
            group.cancelAll()
        }
    }

    private func rung() async {
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
