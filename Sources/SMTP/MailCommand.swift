public import Mail

/// What MAIL says about the message to come.
public struct MailCommand: Sendable, Equatable {
    public var sender: Address
    /// SIZE=, or 0 without one: RFC 1870.
    public var declaredSize: UInt64
    /// BODY=8BITMIME: RFC 6152.
    public var is8Bit: Bool
    /// SMTPUTF8: RFC 6531.
    public var isUTF8: Bool

    public init(sender: Address, declaredSize: UInt64 = 0, is8Bit: Bool = false, isUTF8: Bool = false) {
        self.sender = sender
        self.declaredSize = declaredSize
        self.is8Bit = is8Bit
        self.isUTF8 = isUTF8
    }

    /// The envelope that begins with this command.
    public var envelope: Envelope {
        Envelope(sender: sender, declaredSize: declaredSize, is8Bit: is8Bit, isUTF8: isUTF8)
    }
}
