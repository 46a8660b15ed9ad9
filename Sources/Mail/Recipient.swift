/// One of those whom a message is for.
public struct Recipient: Sendable, Equatable {
    /// As the client named it.
    public let original: Address
    /// After the rewrites of plugins.
    public var address: Address
    /// Whether a plugin took it out; its index stays.
    public var isDropped: Bool

    public init(_ address: Address) {
        original = address
        self.address = address
        isDropped = false
    }
}
