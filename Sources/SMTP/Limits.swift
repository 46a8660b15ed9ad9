/// Every bound of a session, in one value.
public struct Limits: Sendable, Equatable {
    /// Bytes of a command line, its CRLF included: RFC 5321 §4.5.3.1.4.
    ///
    /// A longer one is 521 5.5.2, and the end.
    public var commandLine = 512
    /// The same for MAIL, RCPT and the commands of plugins, whose parameters and UTF-8 addresses need more.
    ///
    /// RFC 1870 adds 26 bytes, RFC 6152 17, RFC 6531 10 and longer addresses, RFC 4954 500.
    public var parameterLine = 1024
    /// Bytes of a line of message text, its CRLF included.
    ///
    /// RFC 5321 §4.5.3.1.6 asks for at least 1000 and programs send more. A line is never split or changed: that would
    /// break signatures. A message with a longer one is read to its end and refused once, with 554 5.6.0.
    public var textLine = 16_384
    /// Bytes of a message, dots taken out.
    ///
    /// What comes behind is read and dropped, and at the end ``ServerSession/Question/tooBig(bytes:)`` is asked.
    public var messageBytes: UInt64 = 26_214_400
    /// Accepted recipients of a message; more are 452 4.5.3.
    ///
    /// RFC 5321 §4.5.3.1.8 asks for at least 100.
    public var recipients = 1000

    public init() {}
}
