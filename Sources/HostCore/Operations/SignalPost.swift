internal import System

/// Keeps signals until somebody listens.
///
/// Made before the process has a second thread, so that no thread takes a signal the default way.
final class SignalPost: Sendable {
    private struct State {
        var waiting: [Signal] = []
        var listener: (@Sendable (Signal) -> Void)?
    }

    private let state: StateBox
    private let waiter: SignalWaiter

    init() throws(StartError) {
        let state = StateBox()
        self.state = state
        do throws(SystemError) {
            waiter = try SignalWaiter([.terminate, .interrupt, .hangup]) { state.take($0) }
        } catch { throw StartError("Signals can't be received: \(error)") }
    }

    /// Who gets them; those that came before are given at once.
    var listener: (@Sendable (Signal) -> Void)? {
        get { state.state.withLock { $0.listener } }
        set { state.listen(newValue) }
    }

    private final class StateBox: Sendable {
        let state = Locked(State())

        func take(_ signal: Signal) {
            let listener = state.withLock { state in
                if state.listener == nil { state.waiting.append(signal) }
                return state.listener
            }
            listener?(signal)
        }

        func listen(_ listener: (@Sendable (Signal) -> Void)?) {
            let waiting = state.withLock { state in
                defer { state.waiting = [] }
                state.listener = listener
                return state.waiting
            }
            for signal in waiting { listener?(signal) }
        }
    }
}
