/// Who a message is from and for.
public struct Envelope: Sendable, Equatable {
    public var sender: Address
    public var recipients: [Recipient]
    /// Bytes that the client announced with SIZE (RFC 1870); 0 when it didn't.
    public var declaredSize: UInt64
    /// Whether the client announced BODY=8BITMIME (RFC 6152) or BODY=BINARYMIME.
    public var is8Bit: Bool
    /// Whether the client announced BODY=BINARYMIME, so that lines mean nothing: RFC 3030.
    public var isBinary: Bool
    /// Whether the client asked for SMTPUTF8: RFC 6531.
    public var isUTF8: Bool
    private var box: MailOptions.Box

    public init(
        sender: Address,
        recipients: [Recipient] = [],
        declaredSize: UInt64 = 0,
        is8Bit: Bool = false,
        isBinary: Bool = false,
        isUTF8: Bool = false,
        options: MailOptions? = nil
    ) {
        self.sender = sender
        self.recipients = recipients
        self.declaredSize = declaredSize
        self.is8Bit = is8Bit
        self.isBinary = isBinary
        self.isUTF8 = isUTF8
        box = MailOptions.Box(options)
    }

    /// What else the client asked for; nil for most messages.
    public var options: MailOptions? {
        get { box.options }
        set { box = MailOptions.Box(newValue) }
    }
}
