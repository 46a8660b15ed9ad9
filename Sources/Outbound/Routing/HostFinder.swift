/// Finds the hosts that take mail for a destination.
public protocol HostFinder: Sendable {
    /// In the order in which they are to be tried; at least one.
    func hops(for destination: String) async throws(Unreachable) -> [Hop]
    /// The hosts of a route that isn't the destination's own.
    func hops(by route: Route, for destination: String) async throws(Unreachable) -> [Hop]
}

extension HostFinder {
    /// The hosts of several routes, one after the other; those that can't be found are left out while there are others.
    public func hops(by waypoints: [Waypoint], for destination: String) async throws(Unreachable) -> [Hop] {
        var hops: [Hop] = []
        var faults: [Unreachable] = []
        for waypoint in waypoints {
            do throws(Unreachable) {
                hops += try await self.hops(by: waypoint.route, for: waypoint.domain ?? destination)
            } catch { faults.append(error) }
        }
        guard hops.isEmpty, let last = faults.last else { return hops }
        let reasons = faults.map(\.reason).joined(separator: "; ")
        throw Unreachable(reasons, isPermanent: faults.allSatisfy(\.isPermanent), status: last.status)
    }
}
