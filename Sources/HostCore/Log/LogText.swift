internal import Mail

/// A line being written, as bytes that no peer's text can break out of.
///
/// Control characters, DEL, the C1 controls, Unicode's line separators and bytes that aren't UTF-8 become `\xNN`, a byte
/// each, so that nothing in a value starts a line, moves a cursor or looks like another field.
struct LogText {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(512) }

    mutating func raw(_ text: String) { bytes.append(text: text) }

    mutating func mark(_ mark: Unicode.Scalar) { bytes.append(UInt8(ascii: mark)) }

    mutating func number(_ number: Int64, digits: Int = 1) {
        if number < 0 { mark("-") }
        bytes.append(decimal: number.magnitude, digits: digits)
    }

    /// Text that stands for itself, but for what is dangerous and ASCII that isn't `allowed`.
    mutating func plain(_ text: Span<UInt8>, allowing allowed: ByteSet = LogText.printable) {
        if allowed.containsAll(text) { return bytes.append(copying: text) }
        each(text) { text, byte in
            if byte >= 0x80 || allowed.contains(byte) { text.bytes.append(byte) } else { text.hex(byte) }
        } dangerous: { text, byte in
            text.hex(byte)
        }
    }

    /// Text between quotes, with `"` and `\` behind a backslash.
    mutating func quoted(_ text: Span<UInt8>) {
        mark("\"")
        each(text) { text, byte in
            text.backslash(byte)
            text.bytes.append(byte)
        } dangerous: { text, byte in
            text.hex(byte)
        }
        mark("\"")
    }

    /// A JSON string, RFC 8259 §7; a byte that isn't UTF-8 becomes the text `\xNN`.
    mutating func json(_ text: Span<UInt8>) {
        mark("\"")
        each(text) { text, byte in
            text.backslash(byte)
            text.bytes.append(byte)
        } dangerous: { text, byte in
            // What is one character has a \u; what isn't UTF-8 has none, and keeps its byte.
            if byte < 0x80 {
                text.raw("\\u00")
                text.digits(byte)
            } else {
                text.mark("\\")
                text.hex(byte)
            }
        }
        mark("\"")
    }

    /// A value bare where that is unambiguous, else quoted.
    mutating func value(_ text: Span<UInt8>) {
        guard !text.isEmpty else { return quoted(text) }
        var isBare = true
        bytes.append(addingCapacity: text.count) { output in
            for index in text.indices {
                guard Self.bare.contains(text[index]) else {
                    output.removeLast(index)
                    isBare = false
                    return
                }
                output.append(text[index])
            }
        }
        if !isBare { quoted(text) }
    }

    /// A key: what isn't a letter, digit, `_`, `-` or `.` becomes `_`.
    mutating func key(_ text: String) { key(text, between: 0, and: 0) }

    /// " key=".
    mutating func field(_ key: String) { self.key(key, between: UInt8(ascii: " "), and: UInt8(ascii: "=")) }

    private mutating func key(_ text: String, between before: UInt8, and after: UInt8) {
        let key = text.utf8.span
        bytes.append(addingCapacity: key.count + 2) { output in
            if before != 0 { output.append(before) }
            for index in key.indices {
                output.append(Self.key.contains(key[index]) ? key[index] : UInt8(ascii: "_"))
            }
            if after != 0 { output.append(after) }
        }
    }

    private mutating func backslash(_ byte: UInt8) {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { mark("\\") }
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

    @inline(__always)
    static var printable: ByteSet { ByteSet(low: 0xFFFF_FFFF_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF) }
    /// What may stand between brackets: printable but for the blank and `]`.
    @inline(__always)
    static var bracketable: ByteSet { ByteSet(low: 0xFFFF_FFFE_0000_0000, high: 0x7FFF_FFFF_DFFF_FFFF) }
    /// What needs no quotes: printable ASCII but the blank, `"`, `=` and `\`.
    @inline(__always)
    private static var bare: ByteSet { ByteSet(low: 0xDFFF_FFFA_0000_0000, high: 0x7FFF_FFFF_EFFF_FFFF) }
    /// ASCII letters and digits, `_`, `-` and `.`.
    @inline(__always)
    private static var key: ByteSet { ByteSet(low: 0x03FF_6000_0000_0000, high: 0x07FF_FFFE_87FF_FFFE) }
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
