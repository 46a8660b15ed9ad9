/// One value with its type, as notes, facts and configuration have them.
public enum Value: Sendable, Equatable {
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])

    /// The value as text: a string as it is, a number or truth value written out; nil for bytes.
    public var string: String? {
        switch self {
        case .bool(let value): String(value)
        case .int(let value): String(value)
        case .uint(let value): String(value)
        case .double(let value): String(value)
        case .string(let value): value
        case .bytes: nil
        }
    }

    /// The value as a whole number, also from a text that is one.
    public var int: Int? {
        switch self {
        case .bool(let value): value ? 1 : 0
        case .int(let value): Int(exactly: value)
        case .uint(let value): Int(exactly: value)
        case .double(let value): Int(exactly: value)
        case .string(let value): Int(value)
        case .bytes: nil
        }
    }

    /// The truth of the value; of a text by Haraka's words: true, yes, ok, enabled, on, 1.
    public var bool: Bool {
        switch self {
        case .bool(let value): value
        case .int(let value): value != 0
        case .uint(let value): value != 0
        case .double(let value): value != 0
        case .string(let value): ["true", "yes", "ok", "enabled", "on", "1"].contains(value.lowercased())
        case .bytes: false
        }
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }

    public init(integerLiteral value: Int64) { self = .int(value) }

    public init(booleanLiteral value: Bool) { self = .bool(value) }

    public init(floatLiteral value: Double) { self = .double(value) }
}
