/// Why the book of policies can't be opened.
public struct PolicyBookError: Error, Sendable, Equatable, CustomStringConvertible {
    public let reason: String

    public var description: String { reason }
}
