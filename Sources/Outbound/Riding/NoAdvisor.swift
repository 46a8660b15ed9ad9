public import Queue

/// Has nothing to say.
public struct NoAdvisor: DeliveryAdvisor {
    public init() {}

    public var namesHosts: Bool { false }
    public func wait(before lease: Lease) async -> DeliveryWait? { nil }
    public func plan(for lease: Lease) async throws(Unreachable) -> DeliveryPlan { .usual }
    public func deliver(_ lease: Lease) async -> [Attempt] { [] }
}
