public import TLS

/// How new connections are received; a new value is in force for the next one.
public struct Reception: Sendable {
    /// For the next handshake at a local port (nil: a unix socket); nil where there is no TLS.
    public var contexts: @Sendable (_ port: Int?) -> TLSServerContexts? = { _ in nil }
    /// Who is believed when it tells by a PROXY header for whom it has connected.
    public var proxies = NetworkList()
    public var limits = ConnectionLimits()
    /// Sent in the clear to who is over a limit, before the connection is closed (RFC 5321 §3.1); whole lines.
    public var refusal = Array("421 4.7.0 Too many connections, try again later\r\n".utf8)
    /// From accepting to the last byte of an expected PROXY header.
    public var proxyDeadline = Duration.seconds(10)
    /// From STARTTLS, or from accepting, to the end of the handshake.
    public var handshakeDeadline = Duration.seconds(30)

    public init() {}
}
