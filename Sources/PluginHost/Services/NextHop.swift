/// A host that mail is given to, as a plugin names it.
public struct NextHop: Sendable, Equatable {
    public enum TLS: Sendable, Equatable {
        case opportunistic, off, required, verified
    }

    /// A name, an IP address, or the path of a unix socket; with ``usesMailHosts`` a domain.
    public var host: String
    /// Nil: the usual one.
    public var port: UInt16?
    public var tls = TLS.opportunistic
    public var isLMTP = false
    /// RFC 8314 §3.
    public var beginsWithTLS = false
    /// No host: the server's own plugins of hook `queue`.
    public var isOwnQueue = false
    /// The hosts that the domain's MX records name.
    public var usesMailHosts = false
    /// Addresses to connect from.
    public var sources: [String] = []
    /// What the server calls itself; nil: its name.
    public var hello: String?
    /// With the password, AUTH comes before mail.
    public var user: String?
    public var password: String?
    /// The SASL mechanism; nil: the strongest that both sides have.
    public var mechanism: String?

    public init(host: String) { self.host = host }

    public var isPath: Bool { host.utf8.first == UInt8(ascii: "/") }
}
