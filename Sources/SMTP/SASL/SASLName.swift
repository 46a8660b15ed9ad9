internal import Mail

/// A user's name as clients may send it.
///
/// Of SASLprep (RFC 4013) only the refusal of control and format characters is kept. Names aren't mapped or normalised
/// (NFC is not required): a user file holds a name as the client writes it.
enum SASLName {
    /// RFC 4616 §2 has servers take 255 octets; a mail address can have 320.
    static let maximum = 320

    /// The name, if it may be one.
    static func read(_ bytes: some Collection<UInt8>) throws(SASLExchange.Failure) -> String {
        guard !bytes.isEmpty else { throw .malformed("the user's name is empty") }
        guard bytes.count <= maximum else { throw .malformed("the user's name is too long") }
        let bytes = Array(bytes)
        guard let name = bytes.span.text(0..<bytes.count) else { throw .malformed("the user's name is not UTF-8") }
        guard name.unicodeScalars.allSatisfy(isAllowed) else {
            throw .malformed("the user's name has a control character")
        }
        return name
    }

    /// RFC 3454 tables C.2.1 and C.2.2, by what Unicode calls these characters today.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    /// Somebody else's name to act under is refused: nobody may act for another here.
    static func check(authorization: String?, of user: String) throws(SASLExchange.Failure) {
        guard let authorization, !authorization.isEmpty else { return }
        // Byte for byte: Swift's own comparison takes canonical equivalents for equal.
        guard authorization.utf8.elementsEqual(user.utf8) else {
            throw .credentials("the client wants to act for another user")
        }
    }
}
