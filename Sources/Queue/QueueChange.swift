/// What an administrator's wish has changed, in recipients.
public struct QueueChange: Sendable, Equatable {
    public var changed = 0
    /// Left alone, since they are being delivered right now.
    public var leased = 0
    /// Left alone, since there was nothing to change: held ones that were to be retried, for example.
    public var others = 0

    public init(changed: Int = 0, leased: Int = 0, others: Int = 0) {
        self.changed = changed
        self.leased = leased
        self.others = others
    }

    static func += (sum: inout QueueChange, part: QueueChange) {
        sum.changed += part.changed
        sum.leased += part.leased
        sum.others += part.others
    }

    /// Nothing in the queue was meant.
    public var isEmpty: Bool { self == QueueChange() }
}
