public import Mail

/// What RCPT says.
public struct RecipientCommand: Sendable, Equatable {
    public var address: Address
    private var seldom: Seldom<RecipientOptions>

    public init(_ address: Address, options: RecipientOptions? = nil) {
        self.address = address
        seldom = Seldom(options)
    }

    /// What the parameters say; nil without one.
    public var options: RecipientOptions? {
        get { seldom.value }
        set { seldom = Seldom(newValue) }
    }

    /// The recipient that begins with this command.
    public var recipient: Recipient { Recipient(address, options: options) }
}
