internal import SMTP

/// What of a connection's policy depends on where it comes in.
struct PolicyFacts: Equatable {
    var isLMTP = false
    var startTLS = Policy.StartTLS.off
    /// Came in on a submission port.
    var isSubmission = false
    /// Comes from an address that may authenticate without TLS.
    var mayAuthInClear = false

    private static let kinds: [Policy.StartTLS] = [.off, .offered, .required, .brokenForNow]

    /// Each that there can be, at its index.
    static let all: [PolicyFacts] = kinds.flatMap { kind in
        (0..<8).map { bits in
            PolicyFacts(
                isLMTP: bits & 1 != 0,
                startTLS: kind,
                isSubmission: bits & 2 != 0,
                mayAuthInClear: bits & 4 != 0
            )
        }
    }

    var index: Int {
        let kind =
            switch startTLS {
            case .off: 0
            case .offered: 1
            case .required: 2
            case .brokenForNow: 3
            }
        return kind * 8 + (isLMTP ? 1 : 0) + (isSubmission ? 2 : 0) + (mayAuthInClear ? 4 : 0)
    }

    func applied(to policy: Policy) -> Policy {
        var policy = policy
        policy.isLMTP = isLMTP
        policy.startTLS = startTLS
        if isSubmission { policy.requiresAuth = true }
        if mayAuthInClear { policy.authNeedsTLS = false }
        return policy
    }
}
