/// Every bound of a session, in one value.
public struct Limits: Sendable, Equatable {
    /// Bytes of a command line, its CRLF included: RFC 5321 §4.5.3.1.4.
    ///
    /// A longer one is 521 5.5.2, and the end.
    public var commandLine = 512
    /// The same for MAIL, RCPT, VRFY and the commands of plugins, whose parameters and UTF-8 addresses need more.
    ///
    /// Over the 512: RFC 1870 adds 26 bytes, RFC 6152 17, RFC 6531 10 and longer addresses, RFC 4954 500, RFC 3461 600,
    /// RFC 4865 34, RFC 2852 17, RFC 6710 15, RFC 8689 11.
    public var parameterLine = 2048
    /// The same for AUTH and the lines of its exchange: RFC 4954 §4.
    ///
    /// A longer one is 500 5.5.6, and the end.
    public var authLine = 12_288
    /// Bytes of a line of message text, its CRLF included.
    ///
    /// RFC 5321 §4.5.3.1.6 asks for at least 1000 and programs send more. A line is never split or changed: that would
    /// break signatures. A message with a longer one is read to its end and refused once, with 554 5.6.0.
    public var textLine = 16_384
    /// Lines of a message's header; more, and it is read to its end and refused with 554 5.6.0.
    public var headerLines = 5000
    /// Bytes of a message's header; more, and it is read to its end and refused with 554 5.6.0.
    public var headerBytes = 1_048_576
    /// Parts of a message, those of its parts too; more, and it is read to its end and refused with 554 5.6.0.
    ///
    /// 0: as many as come, and nobody counts.
    public var mimeParts = 1000
    /// Bytes of a message, dots taken out.
    ///
    /// What comes behind is read and dropped, and at the end ``ServerSession/Question/tooBig(bytes:)`` is asked.
    public var messageBytes: UInt64 = 26_214_400
    /// Accepted recipients of a message; more are 452 4.5.3.
    ///
    /// RFC 5321 §4.5.3.1.8 asks for at least 100. The extension LIMITS tells it as RCPTMAX.
    public var recipients = 1000
    /// Transactions of a connection; one more MAIL is 421 4.7.0, and the end.
    ///
    /// 0: as many as come. The extension LIMITS tells it as MAILMAX.
    public var transactions = 0
    /// Refusals, whoever refused, since the last accepted message; the command behind so many is 421 4.7.0, and the end.
    public var errors = 100
    /// Commands that nobody knew; the command behind so many is 421 4.7.0, and the end.
    public var unknownCommands = 20
    /// Commands other than MAIL, RCPT, DATA and BDAT since the last accepted message; likewise.
    public var commandsWithoutMail = 100
    /// Failed authentications; likewise. RFC 4954 §4
    public var authFailures = 5
    /// Bytes below which a chunk of BDAT that isn't the last counts as tiny.
    public var tinyChunkBytes: UInt64 = 512
    /// Tiny chunks of a message; one more is 421 4.7.0, and the end.
    public var tinyChunks = 100

    public init() {}
}
