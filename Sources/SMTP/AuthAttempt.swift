/// The last authentication that came to its end: for the log, and for whoever damps guessing.
public struct AuthAttempt: Sendable, Equatable {
    public let mechanism: SASLMechanism
    /// Who wanted in, as far as the client said; only a claim.
    public let claimedUser: String?
    /// nil: it succeeded.
    public let failure: SASLExchange.Failure?
}
