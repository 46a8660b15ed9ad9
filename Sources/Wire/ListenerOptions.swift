/// What is done differently on one listening address than on another; drivers see it as ``Link/listener``.
public struct ListenerOptions: Sendable, Hashable {
    public enum TLSMode: Sendable, Hashable {
        /// No TLS; the driver doesn't offer it.
        case off
        /// By STARTTLS: the driver offers it, and calls ``Link/startTLS()``.
        case offered
        /// From the first byte on (RFC 8314 §3): the driver is opened when the handshake is finished.
        case implicit
    }

    public enum Dialect: Sendable, Hashable {
        case smtp
        /// RFC 2033.
        case lmtp
    }

    public enum Purpose: Sendable, Hashable {
        /// From other servers.
        case mail
        /// From our own users (RFC 6409).
        case submission
    }

    public var tls = TLSMode.off
    /// Whether connections from ``Reception/proxies``, and all to a unix socket, begin with a PROXY header.
    public var takesProxyHeader = false
    public var dialect = Dialect.smtp
    public var purpose = Purpose.mail

    public init(
        tls: TLSMode = .off,
        takesProxyHeader: Bool = false,
        dialect: Dialect = .smtp,
        purpose: Purpose = .mail
    ) {
        self.tls = tls
        self.takesProxyHeader = takesProxyHeader
        self.dialect = dialect
        self.purpose = purpose
    }
}
