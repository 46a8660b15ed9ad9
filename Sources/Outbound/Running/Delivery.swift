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
    /// The hosts that were tried this time, and what came of each; none where the first one has decided.
    public let trials: [Trial]
    /// Of the connection; nil in the clear, and where no host was reached.
    public let tls: HopTLS?
    /// This one included.
    public let attempts: Int
    /// The sender is told nothing of a failure.
    public var isSilent = false
    /// What it means where the message was delivered; nil where that isn't known.
    public let handover: Handover?
    /// It wasn't delivered by when the sender has asked for, who is to be told now, once: RFC 2852 §4.1.
    public let isLate: Bool

    /// What came of an attempt for one of the lease's recipients.
    public init(
        _ lease: Lease,
        _ place: Int,
        _ fate: Fate,
        isLate: Bool = false,
        reason: String,
        status: EnhancedCode?,
        reply: Reply? = nil,
        host: String? = nil,
        trials: [Trial] = [],
        tls: HopTLS? = nil,
        handover: Handover? = nil
    ) {
        recipient = lease.envelope.recipients[place]
        attempts = lease.entries[place].attempts + 1
        self.fate = fate
        self.isLate = isLate
        self.reason = reason
        self.status = status
        self.reply = reply
        self.host = host
        self.trials = trials
        self.tls = tls
        self.handover = handover
    }
}
