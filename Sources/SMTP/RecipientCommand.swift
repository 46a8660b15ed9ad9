public import Mail

/// What RCPT says.
public struct RecipientCommand: Sendable, Equatable {
    public var address: Address
    private var box: RecipientOptions.Box

    public init(_ address: Address, options: RecipientOptions? = nil) {
        self.address = address
        box = RecipientOptions.Box(options)
    }

    /// What the parameters say; nil without one.
    public var options: RecipientOptions? {
        get { box.options }
        set { box = RecipientOptions.Box(newValue) }
    }

    /// The recipient that begins with this command.
    public var recipient: Recipient { Recipient(address, options: options) }
}
