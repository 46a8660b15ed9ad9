/// A domain name: what is asked about, and what records point at.
///
/// Two names are equal when DNS takes them for the same: case is gone, escapes stand only where they must.
public struct Name: Hashable, Sendable {
    /// Lower-case presentation text without the last dot (RFC 1035 §5.1), ASCII only; `.` for the root.
    public let text: String

    init(canonical text: String) {
        self.text = text
    }

    /// The top of the tree; in an MX record it says that there is no mail (RFC 7505).
    public static let root = Name(canonical: ".")

    public var isRoot: Bool { text == "." }

    /// Reads a name as people write it, with or without the last dot.
    ///
    /// A name with letters outside ASCII becomes A-labels (RFC 5890 §2.3.2.1).
    public init(_ text: String) throws(NameError) {
        if text.isEmpty { throw .empty }
        if text == "." {
            self = .root
        } else if text.utf8.allSatisfy({ $0 < 0x80 }) {
            self = try Self.reading(text.utf8)
        } else {
            self = try Self.reading(International.ascii(text).utf8)
        }
    }

    /// The same name with labels before it, `_25._tcp` for example; it may get too long.
    public func prefixed(by labels: String) throws(NameError) -> Name {
        try isRoot ? Name(labels) : Name(labels + "." + text)
    }

    private static func reading(_ bytes: String.UTF8View) throws(NameError) -> Name {
        var builder = NameBuilder()
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "."): try builder.endLabel()
            case UInt8(ascii: "\\"): try builder.add(escaped(&rest))
            case 0x21...0x7E: try builder.add(byte)
            default: throw .badByte(byte)
            }
        }
        return try builder.finish()
    }

    /// `\DDD` or `\X` (RFC 1035 §5.1), the backslash already read.
    private static func escaped(_ rest: inout Substring.UTF8View) throws(NameError) -> UInt8 {
        guard let first = rest.popFirst(), 0x21...0x7E ~= first else { throw .badEscape }
        guard let hundreds = digit(first) else { return first }
        guard let tens = rest.popFirst().flatMap(digit), let ones = rest.popFirst().flatMap(digit),
            let byte = UInt8(exactly: hundreds * 100 + tens * 10 + ones)
        else { throw .badEscape }
        return byte
    }

    private static func digit(_ byte: UInt8) -> Int? {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte ? Int(byte - UInt8(ascii: "0")) : nil
    }
}

extension Name: CustomStringConvertible {
    public var description: String { text }
}

extension Name {
    /// Reads an uncompressed name that fills the bytes from `start` to their end.
    init(wire bytes: Span<UInt8>, from start: Int) throws(NameError) {
        var builder = NameBuilder()
        var place = start
        while place < bytes.count {
            let count = Int(bytes[place])
            place += 1
            if count == 0 {
                guard place == bytes.count else { throw .malformed }
                self = try builder.finish()
                return
            }
            // RFC 1035 §4.1.4: two high bits set would be a pointer, and libunbound has already followed those.
            guard count <= NameBuilder.labelLimit, place + count <= bytes.count else { throw .malformed }
            for index in place..<place + count { try builder.add(bytes[index]) }
            try builder.endLabel()
            place += count
        }
        throw .malformed
    }
}
