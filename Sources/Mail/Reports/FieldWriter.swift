/// Writes header fields, and those of a delivery status: folded, and so that no value becomes a field of its own.
enum FieldWriter {
    /// RFC 5322 §2.1.1.
    private static let lineWish = 78
    /// More bytes without a blank are parted all the same; the line limit of 998 isn't far then.
    private static let wordLimit = 900
    /// More blanks in a row become one.
    private static let blankLimit = 64

    /// Writes a field as it is, but for line ends and controls.
    ///
    /// Lines are folded in front of blanks, so that who unfolds them has the very value again.
    static func append(_ name: String, _ value: String, to output: inout [UInt8]) {
        appendLines(name, [SafeText.oneLine(value)], to: &output)
    }

    /// Writes a field whose value goes on in further lines, one each: RFC 3461 §9.2, a reply of several lines.
    static func appendLines(_ name: String, _ lines: [String], to output: inout [UInt8]) {
        output.append(text: name)
        output.append(text: ":")
        var column = name.utf8.count + 1
        for (index, line) in lines.enumerated() {
            if index > 0 {
                output.append(text: "\r\n")
                column = 0
            }
            // A line of nothing would end the header.
            append(line.isEmpty ? " -" : " " + SafeText.oneLine(line), at: &column, to: &output)
        }
        output.append(text: "\r\n")
    }

    /// Writes a field of free text in ASCII; what isn't becomes encoded words: RFC 2047 §5 (1).
    static func appendText(_ name: String, _ value: String, to output: inout [UInt8]) {
        let line = SafeText.oneLine(value)
        append(name, EncodedWords.isNeeded(for: line) ? EncodedWords.encode(line) : line, to: &output)
    }

    private static func append(_ text: String, at column: inout Int, to output: inout [UInt8]) {
        let bytes = text.utf8.span
        var at = 0
        while at < bytes.count {
            let start = at
            while at < bytes.count, bytes[at] == 0x20 { at += 1 }
            let word = at
            while at < bytes.count, bytes[at] != 0x20 { at += 1 }
            guard word < at else { return }
            let blanks = word - start > blankLimit ? word - 1..<word : start..<word
            append(blanks: blanks.count, bytes.extracting(word..<at), at: &column, to: &output)
        }
    }

    private static func append(blanks: Int, _ word: Span<UInt8>, at column: inout Int, to output: inout [UInt8]) {
        if column > 0, column + blanks + word.count > lineWish { fold(&column, &output) }
        output.append(contentsOf: repeatElement(0x20, count: column == 0 ? max(blanks, 1) : blanks))
        column += max(blanks, 1)
        var start = 0
        while word.count - start > wordLimit {
            var end = start + wordLimit
            // Not within a character of UTF-8.
            while end > start + 1, word[end] & 0xC0 == 0x80 { end -= 1 }
            output.append(copying: word.extracting(start..<end))
            fold(&column, &output)
            output.append(0x20)
            column = 1
            start = end
        }
        output.append(copying: word.extracting(start...))
        column += word.count - start
    }

    private static func fold(_ column: inout Int, _ output: inout [UInt8]) {
        output.append(text: "\r\n")
        column = 0
    }
}
