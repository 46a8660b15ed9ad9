/// One of those whom a message is for.
public struct Recipient: Sendable, Equatable {
    /// As the client named it.
    public let original: Address
    /// After the rewrites of plugins.
    public var address: Address
    /// Whether a plugin took it out; its index stays.
    public var isDropped: Bool
    private var box: RecipientOptions.Box

    public init(_ address: Address, options: RecipientOptions? = nil) {
        original = address
        self.address = address
        isDropped = false
        box = RecipientOptions.Box(options)
    }

    /// What the client asked for this recipient; nil for most.
    public var options: RecipientOptions? {
        get { box.options }
        set { box = RecipientOptions.Box(newValue) }
    }
}
