public import TLS

/// What an outcall's TLS handshake has shown of the other side.
public struct OutcallTLS: Sendable, Equatable {
    public let facts: TLSFacts
    /// Whether the certificate was proved to be that of the name: by the authorities, or by a TLSA record.
    ///
    /// Told where nobody asked for it too.
    public let isVerified: Bool
    /// Why it wasn't, in words for the operator; nil when it was.
    public let fault: String?
    /// The record that it was verified by, where that was DANE.
    public let record: TLSARecord?
    /// The channel binding `tls-exporter` (RFC 9266).
    public let exporter: [UInt8]?
    /// The channel binding `tls-server-end-point` (RFC 5929 §4).
    public let serverEndPoint: [UInt8]?
    /// Bytes that came in the clear behind the request for TLS, and that nobody has seen.
    public let droppedPlaintext: Int

    init(_ facts: TLSFacts, _ peer: Connection, _ security: OutcallSecurity) {
        self.facts = facts
        var fault = facts.peer.map(\.fault) ?? "it has shown no certificate"
        if security.name == nil { fault = fault ?? "nobody said for which name it has to be" }
        if security.demand != nil, !peer.canUseTLSA { fault = "none of the TLSA records can be used" }
        self.fault = fault
        isVerified = fault == nil
        record = peer.matchedTLSA
        exporter = peer.tlsExporter
        serverEndPoint = peer.tlsServerEndPoint
        droppedPlaintext = peer.droppedPlaintext
    }
}
