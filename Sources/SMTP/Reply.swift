/// What the server says to a command: RFC 5321 §4.2.
public struct Reply: Sendable, Equatable {
    /// 200 to 599.
    public var code: UInt16
    /// Left out on the wire where its class isn't the code's: RFC 2034 §4.
    public var enhanced: EnhancedCode?
    /// One or more lines, separated by LF (or CRLF).
    public var text: String

    public init(_ code: UInt16, _ enhanced: EnhancedCode?, _ text: String) {
        precondition((200...599).contains(code), "a reply code lies between 200 and 599")
        self.code = code
        self.enhanced = enhanced
        self.text = text
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
