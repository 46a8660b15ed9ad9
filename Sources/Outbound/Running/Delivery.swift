public import Mail
public import Queue
public import SMTP

/// What was tried for one recipient, for the log and for reports.
public struct Delivery: Sendable {
    public enum Fate: Sendable, Equatable {
        case delivered
        case deferred(until: QueueTime)
        case failed
    }

    public let recipient: Recipient
    public var fate: Fate
    /// Of the host, or in its place.
    public var reason: String
    public let status: EnhancedCode?
    public let reply: Reply?
    public let host: String?
    /// This one included.
    public let attempts: Int
    /// The sender is told nothing of a failure.
    public var isSilent = false

    init(
        _ lease: Lease,
        _ place: Int,
        _ fate: Fate,
        reason: String,
        status: EnhancedCode?,
        reply: Reply? = nil,
        host: String? = nil
    ) {
        recipient = lease.envelope.recipients[place]
        attempts = lease.entries[place].attempts + 1
        self.fate = fate
        self.reason = reason
        self.status = status
        self.reply = reply
        self.host = host
    }
}
