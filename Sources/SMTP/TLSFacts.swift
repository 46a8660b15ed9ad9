/// What a session has to know of the TLS around it.
public struct TLSFacts: Sendable, Equatable {
    /// The binding `tls-exporter` of RFC 9266, 32 bytes; nil where it can't be had.
    public var exporter: [UInt8]?
    /// The binding `tls-server-end-point` of RFC 5929 §4: the digest of the server's certificate.
    public var serverEndPoint: [UInt8]?
    /// Whom the client's certificate names, its chain verified; nil without a certificate or with a doubtful one.
    public var certificateIdentity: String?

    public init(exporter: [UInt8]? = nil, serverEndPoint: [UInt8]? = nil, certificateIdentity: String? = nil) {
        self.exporter = exporter
        self.serverEndPoint = serverEndPoint
        self.certificateIdentity = certificateIdentity
    }

    var hasBinding: Bool { exporter != nil || serverEndPoint != nil }
}
