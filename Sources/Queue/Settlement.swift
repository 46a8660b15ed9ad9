/// What has become of one recipient of a lease.
public struct Settlement: Sendable {
    public enum Fate: Sendable, Equatable {
        case delivered
        case failed
        /// Tried again then.
        case deferred(until: QueueTime)
        /// Not tried, and that counts as no attempt: due then, for a reason that is kept.
        case postponed(until: QueueTime)
        /// Not tried: it is due as before.
        case untried

        /// Whether something is due again.
        var waits: Bool {
            switch self {
            case .delivered, .failed: false
            case .deferred, .postponed, .untried: true
            }
        }
    }

    public let entry: Int64
    public let fate: Fate
    /// The host that it was tried with; nil when there was none.
    public let host: String?
    /// What the host said, or what went wrong; kept for whoever asks why.
    public let reason: String

    public init(entry: Int64, fate: Fate, host: String?, reason: String) {
        self.entry = entry
        self.fate = fate
        self.host = host
        self.reason = reason
    }
}
