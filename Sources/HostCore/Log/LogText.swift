/// A line being written, as bytes that no peer's text can break out of.
///
/// Control characters, DEL, the C1 controls, Unicode's line separators and bytes that aren't UTF-8 become `\xNN`, a byte
/// each, so that nothing in a value starts a line, moves a cursor or looks like another field.
struct LogText {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(512) }

    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func number(_ number: some BinaryInteger) { bytes.append(contentsOf: String(number).utf8) }

    /// Text that stands for itself, but for what is dangerous.
    mutating func plain(_ text: Span<UInt8>, escaping extra: (UInt8) -> Bool = { _ in false }) {
        each(text) { text, byte in
            if extra(byte) { text.hex(byte) } else { text.bytes.append(byte) }
        } dangerous: { text, byte in
            text.hex(byte)
        }
    }

    /// Text between quotes, with `"` and `\` behind a backslash.
    mutating func quoted(_ text: Span<UInt8>) {
        raw("\"")
        each(text) { text, byte in
            text.backslash(byte)
            text.bytes.append(byte)
        } dangerous: { text, byte in
            text.hex(byte)
        }
        raw("\"")
    }

    /// A JSON string, RFC 8259 §7; a byte that isn't UTF-8 becomes the text `\xNN`.
    mutating func json(_ text: Span<UInt8>) {
        raw("\"")
        each(text) { text, byte in
            text.backslash(byte)
            text.bytes.append(byte)
        } dangerous: { text, byte in
            // What is one character has a \u; what isn't UTF-8 has none, and keeps its byte.
            if byte < 0x80 {
                text.raw("\\u00")
                text.digits(byte)
            } else {
                text.raw("\\")
                text.hex(byte)
            }
        }
        raw("\"")
    }

    /// A value bare where that is unambiguous, else quoted.
    mutating func value(_ text: Span<UInt8>) {
        guard !text.isEmpty, text.indices.allSatisfy({ Self.isBare(text[$0]) }) else { return quoted(text) }
        for at in text.indices { bytes.append(text[at]) }
    }

    /// A value bare where that is unambiguous, else quoted.
    mutating func value(_ text: String) {
        guard !text.isEmpty, text.utf8.allSatisfy(Self.isBare) else { return quoted(text.utf8.span) }
        raw(text)
    }

    /// A key: what isn't a letter, digit, `_`, `-` or `.` becomes `_`.
    mutating func key(_ text: String) {
        guard !text.utf8.allSatisfy(Self.isKey) else { return raw(text) }
        for byte in text.utf8 { bytes.append(Self.isKey(byte) ? byte : UInt8(ascii: "_")) }
    }

    mutating func endLine() { raw("\n") }

    private mutating func backslash(_ byte: UInt8) {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { raw("\\") }
    }

    private mutating func hex(_ byte: UInt8) {
        raw("\\x")
        digits(byte)
    }

    private mutating func digits(_ byte: UInt8) {
        for digit in [byte >> 4, byte & 15] {
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    private static func isBare(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "=")
            && byte != UInt8(ascii: "\\")
    }

    private static func isKey(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

extension LogText {
    /// Goes through the text and tells printable bytes from dangerous ones.
    private mutating func each(
        _ text: Span<UInt8>,
        printable: (inout LogText, UInt8) -> Void,
        dangerous: (inout LogText, UInt8) -> Void
    ) {
        var at = 0
        while at < text.count {
            let byte = text[at]
            guard byte >= 0x80 else {
                if byte >= 0x20, byte != 0x7F { printable(&self, byte) } else { dangerous(&self, byte) }
                at += 1
                continue
            }
            let scalar = Self.scalar(text, at)
            let end = at + max(1, scalar?.length ?? 1)
            while at < end {
                if scalar?.isPrintable == true { printable(&self, text[at]) } else { dangerous(&self, text[at]) }
                at += 1
            }
        }
    }

    /// The character that begins here, or nil if none does: RFC 3629 §4.
    private static func scalar(_ text: Span<UInt8>, _ at: Int) -> (length: Int, isPrintable: Bool)? {
        let first = text[at]
        let length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0
        guard length > 0, at + length <= text.count else { return nil }
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for next in at + 1..<at + length {
            guard text[next] & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(text[next] & 0x3F)
        }
        guard let scalar = Unicode.Scalar(value), value >= (length == 3 ? 0x800 : length == 4 ? 0x10000 : 0x80) else {
            return nil
        }
        switch scalar.properties.generalCategory {
        // Controls, line and paragraph separators, and formats such as the marks that turn the direction of writing.
        case .control, .lineSeparator, .paragraphSeparator, .format: return (length, false)
        default: return (length, true)
        }
    }
}
