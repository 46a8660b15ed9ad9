internal import Mail

/// How values with any characters are written in parameters: RFC 3461 §4.
enum Xtext {
    /// The bytes that it stands for, or nil for what isn't xtext; bytes outside ASCII stand for themselves.
    static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var at = 0
        while at < text.count {
            let byte = text[at]
            guard byte > 0x20, byte != 0x7F, byte != UInt8(ascii: "=") else { return nil }
            guard byte == UInt8(ascii: "+") else {
                bytes.append(byte)
                at += 1
                continue
            }
            guard at + 2 < text.count, let high = digit(text[at + 1]), let low = digit(text[at + 2]) else {
                return nil
            }
            bytes.append(high << 4 | low)
            at += 3
        }
        return bytes
    }

    /// Writes it; bytes outside ASCII stand for themselves: RFC 6533 §3.
    static func encode(_ text: Span<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        for index in text.indices {
            let byte = text[index]
            if byte > 0x20, byte != 0x7F, byte != UInt8(ascii: "+"), byte != UInt8(ascii: "=") {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "+"))
                bytes.append(hexadecimal(byte >> 4))
                bytes.append(hexadecimal(byte & 0x0F))
            }
        }
        return bytes
    }

    private static func hexadecimal(_ value: UInt8) -> UInt8 { value < 10 ? value + 0x30 : value - 10 + 0x41 }

    /// Only upper case.
    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        default: nil
        }
    }
}
