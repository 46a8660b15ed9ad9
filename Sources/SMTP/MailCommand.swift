public import Mail

/// What MAIL says about the message to come.
public struct MailCommand: Sendable, Equatable {
    public var sender: Address
    /// SIZE=, or 0 without one: RFC 1870.
    public var declaredSize: UInt64
    /// BODY=8BITMIME (RFC 6152) or BODY=BINARYMIME.
    public var is8Bit: Bool
    /// BODY=BINARYMIME: RFC 3030.
    public var isBinary: Bool
    /// SMTPUTF8: RFC 6531.
    public var isUTF8: Bool
    private var box: MailOptions.Box

    public init(
        sender: Address,
        declaredSize: UInt64 = 0,
        is8Bit: Bool = false,
        isBinary: Bool = false,
        isUTF8: Bool = false,
        options: MailOptions? = nil
    ) {
        self.sender = sender
        self.declaredSize = declaredSize
        self.is8Bit = is8Bit
        self.isBinary = isBinary
        self.isUTF8 = isUTF8
        box = MailOptions.Box(options)
    }

    /// What the other parameters say; nil without one.
    public var options: MailOptions? {
        get { box.options }
        set { box = MailOptions.Box(newValue) }
    }

    /// The envelope that begins with this command.
    public var envelope: Envelope {
        Envelope(
            sender: sender,
            declaredSize: declaredSize,
            is8Bit: is8Bit,
            isBinary: isBinary,
            isUTF8: isUTF8,
            options: options
        )
    }
}
