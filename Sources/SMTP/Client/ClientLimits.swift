/// Every bound of a calling session, in one value.
public struct ClientLimits: Sendable, Equatable {
    /// Bytes of a line of a reply, its line end included; RFC 5321 §4.5.3.1.5 has 512, hosts send more.
    public var replyLine = 2048
    /// The same for a challenge: RFC 4954 §4.
    public var challengeLine = 12_288
    /// Lines of a reply.
    public var replyLines = 100
    /// Bytes of a reply's text that are kept.
    public var replyText = 2048
    /// Recipients of a transaction; RFC 5321 §4.5.3.1.8 has every host take so many, RCPTMAX of LIMITS may say less.
    public var recipients = 100
    /// Bytes of a chunk of BDAT.
    public var chunkBytes: UInt64 = 1_048_576
    /// Rounds of SCRAM that a host may ask for; RFC 7677 §4 has 4096 as the least.
    public var scramIterations = 4096...600_000
    public var timeouts = ClientTimeouts()

    public init() {}
}
