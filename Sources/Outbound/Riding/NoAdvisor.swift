public import Queue

/// Has nothing to say.
public struct NoAdvisor: DeliveryAdvisor {
    public init() {}

    public var namesHosts: Bool { false }
    public func wait(before lease: Lease) async -> DeliveryWait? { nil }
    public func waypoints(for lease: Lease) async throws(Unreachable) -> [Waypoint]? { nil }
}
