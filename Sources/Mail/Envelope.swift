/// Who a message is from and for.
public struct Envelope: Sendable, Equatable {
    public var sender: Address
    public var recipients: [Recipient]
    /// Bytes that the client announced with SIZE (RFC 1870); 0 when it didn't.
    public var declaredSize: UInt64
    /// Whether the client announced BODY=8BITMIME: RFC 6152.
    public var is8Bit: Bool
    /// Whether the client asked for SMTPUTF8: RFC 6531.
    public var isUTF8: Bool

    public init(
        sender: Address,
        recipients: [Recipient] = [],
        declaredSize: UInt64 = 0,
        is8Bit: Bool = false,
        isUTF8: Bool = false
    ) {
        self.sender = sender
        self.recipients = recipients
        self.declaredSize = declaredSize
        self.is8Bit = is8Bit
        self.isUTF8 = isUTF8
    }
}
