/// Brings messages to a destination: finds a host, speaks to it, and goes on as long as there are messages.
public protocol Carrier: Sendable {
    /// Returns when there is no message left, or none can be brought there now.
    func carry(to destination: String, _ desk: any LeaseDesk) async
}
