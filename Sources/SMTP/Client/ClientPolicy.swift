/// How a host is to be spoken to.
public struct ClientPolicy: Sendable, Equatable {
    public enum TLS: Sendable, Equatable {
        /// STARTTLS is not used.
        case off
        /// STARTTLS is used where it is offered and accepted.
        case opportunistic
        /// No message without TLS; a host that has none is unusable for now, and nothing bounces.
        case required
    }

    /// What we call ourselves in EHLO, HELO or LHLO: a domain or an address literal.
    public var name: String
    /// LMTP is spoken: RFC 2033.
    public var isLMTP = false
    /// A message is submitted, so that HELO is not enough: RFC 6409.
    public var isSubmission = false
    public var tls = TLS.opportunistic
    /// With them, nothing is sent before they were accepted.
    public var credentials: ClientCredentials?
    /// Credentials may be used without TLS.
    public var authInClear = false
    /// Commands are grouped where PIPELINING is offered: RFC 2920.
    public var pipelines = true
    /// BDAT also for messages that could go by DATA, where CHUNKING is offered: RFC 3030.
    public var prefersChunking = false

    public init(name: String) { self.name = name }

    /// Whether a host that knows only HELO can't be used.
    var needsExtendedHello: Bool { isLMTP || isSubmission || credentials != nil || tls == .required }
}
