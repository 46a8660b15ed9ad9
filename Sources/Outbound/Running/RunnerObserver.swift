public import Queue

/// Who is told of each attempt, and says what the sender is to hear of it.
public protocol RunnerObserver: Sendable {
    /// May change what has become of recipients before anybody is told: when they are tried again, whether at all, and
    /// whether their sender hears of it. They stay as many, in their order, and delivered stays delivered.
    func concluded(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime) async -> [Delivery]
    /// What has become of recipients is written down: whoever only wants to know is told now.
    func settled(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime) async
    func tried(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime)
    /// The reports that go out with these fates.
    func reports(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime) async -> [Draft]
    /// What was delivered could not be written down, and is tried again.
    func couldNotSettle(_ lease: Lease, _ error: QueueError)
    /// What was delivered can't be written down at all: its rows are held, lest they be delivered twice.
    func isHeld(_ lease: Lease, _ error: QueueError)
    /// A destination that was at full speed defers, for this reason: it has so many connections at most until it takes more.
    func slowed(_ destination: String, to concurrency: Int, because reason: String)
    /// It has as many as the settings say again.
    func isBackAtFull(_ destination: String)
    /// The queue can't be read now.
    func couldNotLook(_ error: QueueError)
}

extension RunnerObserver {
    public func concluded(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime) async -> [Delivery] {
        deliveries
    }
    public func settled(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime) async {}
}
