/// A change of a header block, made by a plugin or by the server.
///
/// A name is one or more of the characters 33 to 126 without the colon (RFC 5322 §2.2). A value is what stands behind
/// "Name: ": it may be folded (CRLF and a blank), holds no other CR, LF or NUL, and no line gets longer than 998 bytes.
public enum HeaderEdit: Sendable, Equatable {
    /// A new field before the first one.
    case addTop(name: String, value: [UInt8])
    /// A new field behind the last one.
    case addEnd(name: String, value: [UInt8])
    /// Takes the nth field of that name away, counted from 0; nil: all of them. It is no fault if there is none.
    case remove(name: String, nth: Int?)
    /// Gives the nth field of that name a new value, at its old place.
    case replace(name: String, value: [UInt8], nth: Int)
}
