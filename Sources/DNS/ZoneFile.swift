/// A zone that a resolver answers from a master file, signed or not, as if it asked the zone's server.
public struct ZoneFile: Hashable, Sendable {
    public var name: String
    public var path: String

    public init(name: String, path: String) {
        self.name = name
        self.path = path
    }
}
