/// How a client speaks TLS, whichever server it calls.
///
/// DANE (RFC 7672) is a further way to verify, given per connection beside the name: ``TLSADemand``.
public struct TLSClientSettings: Sendable {
    public var offer = TLSOffer()
    public var trust = TLSTrust.system
    /// Whether a server that isn't verified ends the handshake.
    ///
    /// If not, ``TLSFacts/peer`` still tells whether it would have passed.
    public var requiresVerification = true
    /// Shown to servers that ask for one.
    public var certificate: TLSCertificate?
    /// Asks for an OCSP staple (RFC 6066 §8).
    public var requestsStaple = false

    public init() {}
}
