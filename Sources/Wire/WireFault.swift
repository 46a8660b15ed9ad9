public import TLS

/// Why a connection is given up on the wire, as a sentence for the operator's log.
///
/// The sentence holds nothing that a peer chose.
public enum WireFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// The TLS handshake failed.
    case handshake(TLSError)
    /// TLS broke after its handshake.
    case tls(TLSError)
    case slowHandshake
    /// TLS was to begin although ``Reception/contexts`` is nil.
    case noCertificate
    /// The peer began TLS where none is spoken yet.
    case clientHello
    case proxyHeader(String)
    case slowProxyHeader
    case tooManyConnections
    case tooManyFromAddress

    public var description: String {
        switch self {
        case .handshake(let error), .tls(let error): error.sentence
        case .slowHandshake: "The peer did not finish the TLS handshake in time."
        case .noCertificate: "There is no certificate, so TLS cannot begin."
        case .clientHello: "The peer began TLS on a port that speaks plain text first; it should use STARTTLS."
        case .proxyHeader(let reason): reason
        case .slowProxyHeader: "The proxy did not send its PROXY header in time."
        case .tooManyConnections: "There are too many connections in all."
        case .tooManyFromAddress: "There are too many connections from this address."
        }
    }
}
