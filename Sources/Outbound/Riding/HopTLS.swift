internal import TLS
internal import Wire

/// What TLS a connection had, for the log.
public struct HopTLS: Sendable, Equatable {
    /// How the host's certificate was proved to be that of its name, whether anybody asked for that or not.
    public enum Proof: String, Sendable {
        /// By a TLSA record: RFC 7672.
        case dane
        case authorities
        case no
    }

    /// `TLSv1.3 TLS_AES_256_GCM_SHA384`.
    public let version: String
    public let proof: Proof

    public init(version: String, proof: Proof) { (self.version, self.proof) = (version, proof) }

    init(_ tls: OutcallTLS) {
        version = "\(tls.facts.version) \(tls.facts.cipher)"
        proof = !tls.isVerified ? .no : tls.record == nil ? .authorities : .dane
    }
}
