/// Why a TLS connection or its settings failed, in a sentence for the operator's log.
///
/// The sentence holds nothing that a peer chose.
public struct TLSError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What callers tell apart.
    public enum Kind: Sendable, Equatable {
        /// The peer's first bytes are no TLS record.
        case notTLS
        case unsupportedProtocol
        case noSharedCipher
        /// The peer's certificate is missing although it is required.
        case missingCertificate
        /// The peer's certificate did not pass.
        case badCertificate
        /// The peer ended the handshake or the connection with this alert (RFC 8446 §6).
        case alert(UInt8)
        /// The transport ended without close_notify: what came last may be cut off.
        case truncated
        /// The transport ended within the handshake.
        case hungUp
        /// Anything else that breaks the protocol.
        case broken
        /// A certificate, key or setting of ours that OpenSSL refuses.
        case settings
    }

    public let kind: Kind
    public let sentence: String

    public init(_ kind: Kind, _ sentence: String) {
        self.kind = kind
        self.sentence = sentence
    }

    public var description: String { sentence }
}
