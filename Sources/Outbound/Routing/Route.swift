public import SMTP

/// Where mail for a destination goes by the administrator's word, and how: a section of `outbound.routes.ini`.
public struct Route: Sendable, Equatable {
    public enum Place: Sendable, Equatable {
        /// The hosts that the domain's MX records name.
        case mailHosts(port: UInt16)
        case host(String, port: UInt16)
        case unix(String)
    }

    public enum TLS: Sendable, Equatable {
        case off, opportunistic, required, verified
    }

    public var place = Place.mailHosts(port: 25)
    public var isLMTP = false
    public var tls = TLS.opportunistic
    /// TLS begins with the first byte: RFC 8314 §3.
    public var beginsWithTLS = false
    public var credentials: ClientCredentials?
    /// Credentials may be used without TLS.
    public var authInClear = false
    /// BDAT in the place of DATA, where CHUNKING is offered: RFC 3030.
    public var prefersChunking = false
    /// Addresses to connect from; the one of the right family is used.
    public var sources: [String] = []
    /// What we call ourselves; nil: the server's name.
    public var name: String?
    /// Connections to one destination at once, and its messages; nil: as for all others.
    public var concurrency: Int?
    public var rate: DeliveryRate?
    public init() {}
}
