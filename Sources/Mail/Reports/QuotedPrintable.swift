/// Writes text and bytes so that they pass as 7-bit lines of 76 characters: RFC 2045 §6.7.
enum QuotedPrintable {
    private static let lineLimit = 76

    /// Encodes; CRLF stays a line end, a bare CR or LF becomes text.
    static func encode(_ text: Span<UInt8>, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + text.count + text.count / 8)
        var column = 0
        var at = 0
        while at < text.count {
            if text.isCRLF(at: at) {
                output.append(text: "\r\n")
                column = 0
                at += 2
                continue
            }
            let byte = text[at]
            let isLast = at + 1 == text.count || text.isCRLF(at: at + 1)
            let isPlain = isPlain(byte) && !(byte.isBlank && isLast)
            let width = isPlain ? 1 : 3
            if column + width > lineLimit - (isLast ? 0 : 1) {
                output.append(text: "=\r\n")
                column = 0
            }
            if isPlain { output.append(byte) } else { output.append(text: escaped(byte)) }
            column += width
            at += 1
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte == 0x09 || (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "=")
    }

    /// "=E2".
    static func escaped(_ byte: UInt8) -> String {
        let digits: [Character] = [
            "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "B", "C", "D", "E", "F",
        ]
        return String(["=", digits[Int(byte >> 4)], digits[Int(byte & 15)]])
    }

    /// What an encoded word of kind Q stands for: RFC 2047 §4.2.
    static func decodedWord(_ text: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var at = 0
        while at < text.count {
            if text[at] == UInt8(ascii: "="), at + 2 < text.count, let high = text[at + 1].hexadecimal,
                let low = text[at + 2].hexadecimal
            {
                bytes.append(high << 4 | low)
                at += 3
            } else {
                bytes.append(text[at] == UInt8(ascii: "_") ? 0x20 : text[at])
                at += 1
            }
        }
        return bytes
    }
}
