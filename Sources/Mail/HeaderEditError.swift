/// Why a header edit was refused; the block is as it was.
public enum HeaderEditError: Error, Sendable, Equatable {
    /// Empty, or a character that no field name holds: RFC 5322 §2.2.
    case badName
    /// A CR, LF or NUL that is no fold, or a fold with nothing but blanks behind it.
    case badValue
    /// A line of more than 998 bytes: RFC 5322 §2.1.1.
    case lineTooLong
    /// Nothing to replace.
    case noSuchField
}
