/// What has happened on the wire since the start, for the metrics; it only grows.
public struct WireCounters: Sendable, Equatable {
    public var accepted = 0
    /// Refused because of ``ConnectionLimits/inAll``.
    public var refusedInAll = 0
    /// Refused because of ``ConnectionLimits/perAddress``.
    public var refusedPerAddress = 0
    public var handshakes = 0
    /// Handshakes that failed or took too long.
    public var failedHandshakes = 0
    /// Connections that had sent plaintext behind STARTTLS.
    public var plaintextBehindSTARTTLS = 0
    /// TLS handshakes that were begun where no TLS is spoken.
    public var unexpectedClientHellos = 0
    public var proxyHeaders = 0
    /// PROXY headers that were malformed or late.
    public var failedProxyHeaders = 0
}
