internal import SMTP
internal import System
internal import Wire

/// Watches one connection, and tells the tally once what TLS on it has come to.
final class TLSWitness: Sendable {
    private struct State {
        var hasTold = false
        var facts: OutcallFacts?
    }

    private let hop: Hop
    private let policy: HopPolicy
    private let tally: TLSTally
    private let state = Locked(State())

    /// Nil where nobody wants to know: no rule, or TLS isn't tried.
    init?(_ hop: Hop) {
        guard let policy = hop.tlsPolicy, let tally = policy.tally, hop.policy.tls != .off else { return nil }
        (self.hop, self.policy, self.tally) = (hop, policy, tally)
    }

    func connected(_ facts: OutcallFacts) {
        state.withLock { $0.facts = facts }
        guard let tls = facts.tls else { return }
        guard policy.rule.kind != .none, !tls.isVerified else { return tell(nil) }
        if policy.rule.kind == .tlsa { return tell(TLSFailure(.badTLSA)) }
        tell(TLSFailure(certificate: tls.fault ?? ""))
    }

    /// The host takes messages.
    func ready() { tell(TLSFailure(.noSTARTTLS)) }

    func ended(_ end: CourierEnd) {
        switch end.setback {
        case .tlsMissing: tell(TLSFailure(.noSTARTTLS))
        case .tlsFailed:
            guard case .tls(let reason)? = end.fault else { return tell(TLSFailure(.general)) }
            tell(TLSFailure(certificate: reason))
        default: break
        }
    }

    private func tell(_ failure: TLSFailure?) {
        let (isFirst, facts) = state.withLock { state in
            defer { state.hasTold = true }
            return (!state.hasTold, state.facts)
        }
        guard isFirst else { return }
        guard var failure else { return tally.note(nil, under: policy.rule) }
        failure.host = hop.name
        failure.remote = facts?.remote.ip ?? ""
        failure.local = facts?.local.ip ?? ""
        tally.note(failure, under: policy.rule)
    }
}
