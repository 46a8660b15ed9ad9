/// How a plugin's connection speaks TLS.
public struct NetSecurity: Sendable, Hashable {
    /// The host or address that the certificate has to be for.
    public var name: String?
    /// Whether a certificate that doesn't pass ends the connection.
    public var isVerified: Bool

    public init(name: String?, isVerified: Bool) {
        self.name = name
        self.isVerified = isVerified
    }
}
