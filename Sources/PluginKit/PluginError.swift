/// An author's own words for what went wrong; thrown from `init` they are what the administrator reads.
public struct PluginError: Error, Equatable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
