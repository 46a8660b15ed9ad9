public import Queue

/// Whoever has a say in deliveries beside the administrator: the server asks its plugins.
public protocol DeliveryAdvisor: Sendable {
    /// Whether ``waypoints(for:)`` may name hosts.
    var namesHosts: Bool { get }
    /// Why a message isn't tried now, and for how long; nil lets it go.
    func wait(before lease: Lease) async -> DeliveryWait?
    /// Where a message goes, in order; nil leaves that to the route table and to DNS.
    ///
    /// - Throws: it goes nowhere, for now or for good.
    func waypoints(for lease: Lease) async throws(Unreachable) -> [Waypoint]?
}
