/// Where a message goes by the word of somebody else than the route table.
public struct Waypoint: Sendable, Equatable {
    public var route: Route
    /// Whose mail hosts are meant, where the route goes to such; nil: the destination's.
    public var domain: String?

    public init(_ route: Route, domain: String? = nil) {
        self.route = route
        self.domain = domain
    }
}
