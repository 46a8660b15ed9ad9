/// What the administrator decided about reports on TLS: `outbound.ini`, section `tls_reports`.
public struct TLSReportSettings: Sendable, Equatable {
    /// Whom receivers may ask; nobody is told anything without.
    public var contact: String?
    /// Who sends them; nil is postmaster at the server's name.
    public var sender: String?
    /// nil is the server's name.
    public var organization: String?
    /// Reports of a day go out within so long behind its end: not all the world's at midnight (RFC 8460 §4.1).
    public var delay = Duration.seconds(4 * 3600)

    /// Whether reports are posted to any port and address, those of private networks too: the URIs are strangers'.
    public var postsAnywhere = false

    public init() {}

    public var isOn: Bool { contact != nil }
}
