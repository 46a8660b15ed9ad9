/// The name of a mailbox's folder, made of a local part or a domain so that no sender can name anything else.
///
/// `A` to `Z` are lower-cased; then every byte but `[a-z0-9._-]`, and a dot in front, is written as `%XX`. So a name
/// never holds a slash, never is `.` or `..`, and two names share a folder only when they differ in nothing but the case
/// of `A` to `Z`. Unicode's case is left alone: by it U+212A, the Kelvin sign, would be a `k`.
struct MailboxName: Hashable {
    /// The folder's name: 1 to 255 bytes.
    let folder: String

    /// The mailbox of a local part, without quotes; what follows a `+` is the owner's own business (RFC 5233).
    init?(localPart: String) {
        let end = localPart.utf8.firstIndex(of: UInt8(ascii: "+")) ?? localPart.endIndex
        self.init(encoding: end == localPart.startIndex ? localPart[...] : localPart[..<end])
    }

    init?(domain: String) { self.init(encoding: domain[...]) }

    private init?(encoding text: Substring) {
        var folder = ""
        for byte in text.utf8.map(Self.lowercased) {
            if Self.isPlain(byte) && !(folder.isEmpty && byte == UInt8(ascii: ".")) {
                folder.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                folder += Self.escaped(byte)
            }
        }
        // NAME_MAX of every Linux file system.
        guard 1...255 ~= folder.utf8.count else { return nil }
        self.folder = folder
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    private static func escaped(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return byte < 0x10 ? "%0\(digits)" : "%\(digits)"
    }
}
