/// How an outcall speaks TLS.
public struct OutcallSecurity: Sendable, Hashable {
    /// The host or address that the certificate has to be for; a host is sent as SNI too.
    public var name: String?
    /// Whether a certificate that doesn't pass ends the connection.
    public var isVerified: Bool

    public init(name: String?, isVerified: Bool = true) {
        self.name = name
        self.isVerified = isVerified
    }
}
