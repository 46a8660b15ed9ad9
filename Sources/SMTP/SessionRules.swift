/// What many sessions are held by, in one place: a session itself keeps only where it is.
public final class SessionRules: Sendable {
    public let policy: Policy
    public let limits: Limits
    let cryptography: (any SASLCryptography)?
    /// Whether replies carry enhanced codes.
    let isWordy: Bool

    /// - Parameters:
    ///   - policy: what the administrator decided.
    ///   - limits: what a client may ask for.
    ///   - cryptography: what AUTH needs; without it there is none.
    public init(policy: Policy, limits: Limits = Limits(), cryptography: (any SASLCryptography)? = nil) {
        self.policy = policy
        self.limits = limits
        self.cryptography = cryptography
        isWordy = policy.offers(.enhancedStatusCodes)
    }
}
