public import Queue

/// Brings messages to a destination: finds a host, speaks to it, and goes on as long as there are messages.
public protocol Carrier: Sendable {
    /// Returns when there is no message left, or none can be brought there now.
    func carry(to destination: String, _ desk: any LeaseDesk) async
}

/// Where a ``Carrier`` gets messages, and says what became of them.
public protocol LeaseDesk: Sendable {
    /// The next message that is due for the destination; nil when there is none.
    func next() async -> Lease?
    /// What became of each recipient of a message, by its place in the envelope; none is left out.
    func settle(_ lease: Lease, _ attempts: [Attempt]) async
    /// No host can be spoken to now, for this reason: what is due for the destination waits.
    func giveUp(_ why: Unreachable) async
}
