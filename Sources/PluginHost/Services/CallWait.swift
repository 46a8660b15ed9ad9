/// A delivery that a call waits for, and which is taken back with the call.
final class CallWait: Sendable {
    private struct State {
        var errand: (any ErrandUnderWay)?
        var isCancelled = false
    }

    private let state = Guarded(State())

    /// The delivery has begun; maybe nobody waits for it any more.
    func begin(_ errand: any ErrandUnderWay) {
        let isCancelled = state.withLock { state in
            state.errand = errand
            return state.isCancelled
        }
        if isCancelled { errand.cancel() }
    }

    func cancel() {
        let errand = state.withLock { state in
            state.isCancelled = true
            return state.errand.take()
        }
        errand?.cancel()
    }
}
