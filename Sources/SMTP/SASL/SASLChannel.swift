/// What an exchange has to know of the connection that carries it.
public struct SASLChannel: Sendable {
    public var isTLS: Bool
    /// The binding `tls-exporter` of RFC 9266, 32 bytes; nil where it can't be had.
    public var tlsExporter: [UInt8]?
    /// The binding `tls-server-end-point` of RFC 5929 §4: the digest of the server's certificate.
    public var tlsServerEndPoint: [UInt8]?
    /// Whom the client's certificate names, its chain verified; nil without a certificate or with a doubtful one.
    public var certificateIdentity: String?
    /// This server's name, for the challenge of CRAM-MD5.
    public var hostname: String
    /// Whether SCRAM-SHA-256-PLUS stood in the reply to EHLO; then a client's "y" is a downgrade: RFC 5802 §6.
    public var offersPlus: Bool

    public init(
        hostname: String,
        isTLS: Bool = false,
        tlsExporter: [UInt8]? = nil,
        tlsServerEndPoint: [UInt8]? = nil,
        certificateIdentity: String? = nil,
        offersPlus: Bool = false
    ) {
        self.hostname = hostname
        self.isTLS = isTLS
        self.tlsExporter = tlsExporter
        self.tlsServerEndPoint = tlsServerEndPoint
        self.certificateIdentity = certificateIdentity
        self.offersPlus = offersPlus
    }

    /// The bytes of a binding by its registered name, if this channel has them.
    func binding(_ name: String) -> [UInt8]? {
        switch name {
        case "tls-exporter": tlsExporter
        case "tls-server-end-point": tlsServerEndPoint
        default: nil
        }
    }

    /// Whether a client can bind to it at all.
    var hasBinding: Bool { tlsExporter != nil || tlsServerEndPoint != nil }
}
