internal import Dispatch
internal import System

extension Server {
    /// Looks now and once a minute for certificates that were renewed behind links or end soon, and for old ticket keys.
    func tendTLS(in seconds: Double = 0) {
        queue.asyncAfter(deadline: .now() + seconds) { [weak self] in
            guard let self, !state.withLock({ $0.isStopping }) else { return }
            if tls.tend() { _ = reload() }
            tendTLS(in: 60)
        }
    }
}
