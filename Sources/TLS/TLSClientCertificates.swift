/// What a server wants to see of its clients' certificates.
public enum TLSClientCertificates: String, Sendable, CaseIterable {
    /// Nothing.
    case none
    /// One if the client has it; ``TLSFacts/peer`` tells whether it is verified.
    case request
    /// One that is verified; the handshake fails otherwise.
    case require
}
