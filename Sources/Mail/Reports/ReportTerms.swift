/// What a report needs beyond what happened: its date, its id, who it is from, and bounds.
public struct ReportTerms: Sendable, Equatable {
    public var date: MailDate
    /// Unlike any other's, "ID@HOST", without angle brackets.
    public var messageID: String
    /// Nil is MAILER-DAEMON at the reporting host; a template's From goes before it.
    public var from: Address?
    /// For {pid} in templates.
    public var processID: Int32
    /// A message with more bytes comes back as its header.
    public var returnedBytes: Int
    /// No more bytes of a header come back.
    public var headerBytes: Int
    /// How much comes back of a message that failed where nobody said: RFC 3461 §4.3 leaves it to us.
    public var unaskedContent: MailOptions.ReturnedContent
    /// Whether the report may hold bytes beyond ASCII.
    ///
    /// Without, a message that does comes back as its header. For next hops without 8BITMIME; SMTPUTF8 implies it.
    public var allows8Bit: Bool

    public init(
        date: MailDate,
        messageID: String,
        from: Address? = nil,
        processID: Int32 = 0,
        returnedBytes: Int = 50_000,
        headerBytes: Int = 65_536,
        unaskedContent: MailOptions.ReturnedContent = .headers,
        allows8Bit: Bool = true
    ) {
        self.date = date
        self.messageID = messageID
        self.from = from
        self.processID = processID
        self.returnedBytes = returnedBytes
        self.headerBytes = headerBytes
        self.unaskedContent = unaskedContent
        self.allows8Bit = allows8Bit
    }

    /// With angle brackets: RFC 5322 §3.6.4.
    var bracketedID: String {
        let legal = messageID.utf8.prefix(250).map { byte in
            ByteSet.atext.contains(byte) || [0x2E, 0x40, 0x5B, 0x5D, 0x3A].contains(byte) ? byte : UInt8(ascii: "-")
        }
        return "<\(String(decoding: legal, as: UTF8.self))>"
    }
}
