/// Why a text or some bytes are no domain name.
public enum NameError: Error, Hashable, Sendable {
    case empty
    /// Two dots beside each other, or one at the start.
    case emptyLabel
    /// A label has more than 63 bytes (RFC 1035 §2.3.4).
    case labelTooLong
    /// The name has more than 255 bytes on the wire (RFC 1035 §2.3.4).
    case nameTooLong
    /// A backslash without a character or a number up to 255 behind it (RFC 1035 §5.1).
    case badEscape
    /// A space, a control character or another byte that must be escaped.
    case badByte(UInt8)
    /// Not a name that IDNA allows; the reason is libidn2's.
    case notInternational(reason: String)
    /// Wire format that ends within the name, or is compressed where that isn't allowed.
    case malformed
}

extension NameError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty: "a domain name is empty"
        case .emptyLabel: "a domain name has an empty label"
        case .labelTooLong: "a label of a domain name is longer than 63 bytes"
        case .nameTooLong: "a domain name is longer than 255 bytes"
        case .badEscape: "a domain name has a backslash with nothing to escape"
        case .badByte(let byte): "a domain name has the byte \(byte) in it"
        case .notInternational(let reason): "an international domain name is not allowed: \(reason)"
        case .malformed: "a domain name in an answer is malformed"
        }
    }
}
