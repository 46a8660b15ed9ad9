/// What the server says to a command: RFC 5321 §4.2.
public struct Reply: Sendable, Equatable {
    /// The code, and ``isForUTF8`` above it: with a field more, each of the many copies of a reply costs twice as much.
    private var bits: UInt16
    /// Left out on the wire where its class isn't the code's: RFC 2034 §4.
    public var enhanced: EnhancedCode?
    /// One or more lines, separated by LF (or CRLF).
    public var text: String

    private static let utf8: UInt16 = 1 << 15

    public init(_ code: UInt16, _ enhanced: EnhancedCode?, _ text: String) {
        precondition((200...599).contains(code), "a reply code lies between 200 and 599")
        bits = code
        self.enhanced = enhanced
        self.text = text
    }

    /// 200 to 599.
    public var code: UInt16 {
        get { bits & ~Self.utf8 }
        set { bits = bits & Self.utf8 | newValue }
    }

    /// Whether the client has said that it understands UTF-8; for others what isn't ASCII becomes "?".
    ///
    /// The session says so: RFC 6531 §3.7.4.
    var isForUTF8: Bool {
        get { bits & Self.utf8 != 0 }
        set { bits = newValue ? bits | Self.utf8 : bits & ~Self.utf8 }
    }

    /// A reply without an enhanced code; the session adds the plain one where RFC 2034 wants one.
    public init(_ code: UInt16, _ text: String) { self.init(code, nil, text) }

    /// Whether the code means that the command was refused.
    public var isRefusal: Bool { code >= 400 }
}

extension Reply: CustomStringConvertible {
    /// "550 5.1.1 No such user", for logs.
    public var description: String {
        enhanced.map { "\(code) \($0) \(text)" } ?? "\(code) \(text)"
    }
}
