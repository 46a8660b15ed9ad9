/// A report ready to be queued: RFC 3461 §6.
public struct ReportMail: Sendable, Equatable {
    /// The null reverse path, the sender as its only recipient, NOTIFY=NEVER.
    public let envelope: Envelope
    /// The whole message, lines ended by CRLF.
    public let message: [UInt8]
}
