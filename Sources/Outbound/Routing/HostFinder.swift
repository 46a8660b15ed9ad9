/// Finds the hosts that take mail for a destination.
public protocol HostFinder: Sendable {
    /// In the order in which they are to be tried; at least one.
    func hops(for destination: String) async throws(Unreachable) -> [Hop]
}
