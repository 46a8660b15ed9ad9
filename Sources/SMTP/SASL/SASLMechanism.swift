internal import Mail

/// A way to authenticate: the names are those of IANA's registry of SASL mechanisms.
public enum SASLMechanism: String, Sendable, CaseIterable {
    /// RFC 4616.
    case plain = "PLAIN"
    /// Never standardised, asked for by old clients.
    case login = "LOGIN"
    /// RFC 2195.
    case cramMD5 = "CRAM-MD5"
    /// RFC 5802 and RFC 7677.
    case scramSHA256 = "SCRAM-SHA-256"
    /// The same, bound to the TLS channel: RFC 5929 and RFC 9266.
    case scramSHA256Plus = "SCRAM-SHA-256-PLUS"
    /// RFC 7628.
    case oauthBearer = "OAUTHBEARER"
    /// Google's own, older than OAUTHBEARER.
    case xoauth2 = "XOAUTH2"
    /// RFC 4422 appendix A: who the client is has been shown by its certificate.
    case external = "EXTERNAL"

    /// The mechanism of this name, in either case as all words of SMTP; nil for one that isn't spoken here.
    public init?(_ name: Span<UInt8>) {
        let known = Self.allCases.first { name.holds($0.rawValue, at: 0..<name.count) }
        guard let known else { return nil }
        self = known
    }

    /// Whether the client sends a secret that a listener can use again, so that it belongs behind TLS.
    public var sendsSecret: Bool {
        switch self {
        case .plain, .login, .oauthBearer, .xoauth2: true
        case .cramMD5, .scramSHA256, .scramSHA256Plus, .external: false
        }
    }

    /// Whether the server's challenge takes keys derived from a password: RFC 7677.
    var isSCRAM: Bool { self == .scramSHA256 || self == .scramSHA256Plus }
    /// Whether it can't be had without TLS: a binding to the channel, a certificate.
    public var needsTLS: Bool { self == .scramSHA256Plus || self == .external }
}
