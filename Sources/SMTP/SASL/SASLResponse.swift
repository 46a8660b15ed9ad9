/// A line that the client sends inside AUTH, as RFC 4954 §4 has it.
public enum SASLResponse: Sendable, Equatable {
    case bytes([UInt8])
    /// "*": the client gives up. The session calls ``SASLExchange/cancel()``.
    case cancel
    /// Not base64: 501 5.5.2.
    case malformed

    /// Reads a line without its CRLF.
    public init(line: Span<UInt8>) {
        if line.count == 1, line[0] == UInt8(ascii: "*") {
            self = .cancel
        } else {
            self = Base64.decode(line).map(Self.bytes) ?? .malformed
        }
    }

    /// Reads the second argument of AUTH, where "=" is a response of no bytes.
    public init(initial word: Span<UInt8>) {
        if word.count == 1, word[0] == UInt8(ascii: "=") {
            self = .bytes([])
        } else {
            // Here a response of no bytes can only be "=", and "*" is no word of base64.
            let bytes = word.isEmpty ? nil : Base64.decode(word)
            self = bytes.map(Self.bytes) ?? .malformed
        }
    }
}

extension SASLResponse: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Its kind, never its bytes.
    public var description: String {
        switch self {
        case .bytes: "a response"
        case .cancel: "cancel"
        case .malformed: "malformed"
        }
    }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
