/// What has become of the recipients of a lease, and what is to be said of it.
public struct SettledLease: Sendable {
    public let lease: Lease
    public let settlements: [Settlement]
    /// Queued in the same step.
    public let reports: [Draft]

    public init(_ lease: Lease, _ settlements: [Settlement], reports: [Draft] = []) {
        self.lease = lease
        self.settlements = settlements
        self.reports = reports
    }

    /// About what it holds in memory.
    public var bytes: Int {
        var bytes = reports.reduce(0) { $0 + $1.text.count }
        if case .memory(let text) = lease.text.place { bytes += text.count }
        return bytes
    }
}
