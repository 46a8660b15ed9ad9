public import Queue

/// Whoever has a say in deliveries beside the administrator: the server asks its plugins.
public protocol DeliveryAdvisor: Sendable {
    /// Whether ``plan(for:)`` may say anything but ``DeliveryPlan/usual``.
    var namesHosts: Bool { get }
    /// Why a message isn't tried now, and for how long; nil lets it go.
    func wait(before lease: Lease) async -> DeliveryWait?
    /// Where a message goes.
    ///
    /// - Throws: it goes nowhere, for now or for good.
    func plan(for lease: Lease) async throws(Unreachable) -> DeliveryPlan
    /// Delivers what ``plan(for:)`` has claimed; an attempt for each of its recipients.
    func deliver(_ lease: Lease) async -> [Attempt]
}
