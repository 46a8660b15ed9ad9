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
    /// It wasn't delivered by when the sender has asked for, who is to be told now, once: RFC 2852 §4.1.
    public let isLate: Bool
    /// The sender is told nothing of a failure.
    public var isSilent = false

    init(
        _ lease: Lease,
        _ place: Int,
        _ fate: Fate,
        isLate: Bool = false,
        reason: String,
        status: EnhancedCode?,
        reply: Reply? = nil,
        host: String? = nil
    ) {
        recipient = lease.envelope.recipients[place]
        attempts = lease.entries[place].attempts + 1
        self.fate = fate
        self.isLate = isLate
        self.reason = reason
        self.status = status
        self.reply = reply
        self.host = host
    }
}
