/// How a server speaks TLS, whichever certificate it shows.
public struct TLSSettings: Sendable, Hashable {
    public var offer = TLSOffer()
    /// The server's order of ciphers counts, not the client's.
    public var honorsCipherOrder = true
    /// Diffie-Hellman parameters in PEM; without them there is no DHE.
    public var dhParameters: [UInt8]?
    public var givesTickets = true
    public var clientCertificates = TLSClientCertificates.none
    /// For the clients' certificates.
    public var trust = TLSTrust.nobody

    public init() {}
}
