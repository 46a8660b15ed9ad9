/// A value read from JSON, as `Configuration.json` gives it: `acl["domains"]?.keys`.
public enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([Member])

    /// One member of an object; objects keep their order.
    public struct Member: Sendable, Equatable {
        public let key: String
        public let value: JSON
    }

    /// The first member of that name.
    public subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The names of an object's members in their order.
    public var keys: [String] {
        guard case .object(let members) = self else { return [] }
        return members.map(\.key)
    }

    /// The elements of an array.
    public var elements: [JSON] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// The text of a string.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// A number that is whole, or a text that is one.
    public var int: Int? {
        switch self {
        case .number(let value): Int(exactly: value)
        case .string(let text): Int(text)
        default: nil
        }
    }

    /// A truth value, or a text by Haraka's words for true.
    public var bool: Bool? {
        switch self {
        case .bool(let value): value
        case .string(let text): Value.string(text).bool
        default: nil
        }
    }
}
