internal import Mail

/// How an address of the type "utf-8" is written in ORCPT: RFC 6533 §3.
enum Unitext {
    /// The bytes that it stands for, or nil for what isn't `utf-8-enc-addr`.
    ///
    /// In ASCII each other character is `\x{HEX}`. Where the client uses SMTPUTF8 (`native`) it may stand for itself, and so
    /// may "+" and "\", since the address may then be written as it is.
    static func decode(_ text: Span<UInt8>, native: Bool) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var at = 0
        while at < text.count {
            let byte = text[at]
            if byte == UInt8(ascii: "\\"), let (scalar, end) = embedded(text, from: at) {
                bytes += UTF8.encode(scalar).map(Array.init) ?? []
                at = end
                continue
            }
            let isSpecial = byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "+") || byte >= 0x80
            guard byte > 0x20, byte != 0x7F, byte != UInt8(ascii: "="), native || !isSpecial else { return nil }
            bytes.append(byte)
            at += 1
        }
        return bytes
    }

    /// `EmbeddedUnicodeChar`: a character that couldn't stand for itself, without zeros in front.
    private static func embedded(_ text: Span<UInt8>, from start: Int) -> (Unicode.Scalar, end: Int)? {
        guard start + 3 < text.count, text[start + 1] == UInt8(ascii: "x"), text[start + 2] == UInt8(ascii: "{") else {
            return nil
        }
        var at = start + 3
        var value: UInt32 = 0
        while at < text.count, at - start < 9, let digit = digit(text[at]) {
            value = value << 4 | digit
            at += 1
        }
        guard at < text.count, text[at] == UInt8(ascii: "}"), at - start >= 5, text[start + 3] != UInt8(ascii: "0"),
            value >= 0x80 || [0x20, 0x2B, 0x3D, 0x5C].contains(value), let scalar = Unicode.Scalar(value)
        else { return nil }
        return (scalar, at + 1)
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte.uppercased {
        case 0x30...0x39: UInt32(byte - 0x30)
        case 0x41...0x46: UInt32(byte.uppercased - 0x41 + 10)
        default: nil
        }
    }
}
