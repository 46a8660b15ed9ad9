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
    public let fate: Fate
    /// Of the host, or in its place.
    public let reason: String
    public let status: EnhancedCode?
    public let reply: Reply?
    public let host: String?
    /// This one included.
    public let attempts: Int
    /// What it means where the message was delivered; nil where that isn't known.
    public let handover: Handover?

    public init(
        recipient: Recipient,
        fate: Fate,
        reason: String,
        status: EnhancedCode?,
        reply: Reply?,
        host: String?,
        attempts: Int,
        handover: Handover? = nil
    ) {
        self.recipient = recipient
        self.fate = fate
        self.reason = reason
        self.status = status
        self.reply = reply
        self.host = host
        self.attempts = attempts
        self.handover = handover
    }
}

/// Who is told of each attempt, and says what the sender is to hear of it.
public protocol RunnerObserver: Sendable {
    func tried(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime)
    /// The reports that go out with these fates.
    func reports(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime) async -> [Draft]
    /// What was delivered could not be written down, and is tried again.
    func couldNotSettle(_ lease: Lease, _ error: QueueError)
    /// The queue can't be read now.
    func couldNotLook(_ error: QueueError)
}
