/// The lines of a text and their numbers.
///
/// CRLF, LF and CR end a line, as in files from any editor.
struct TextLines: Sequence {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    func makeIterator() -> AnyIterator<(Int, Substring)> {
        let (bytes, end) = (text.utf8, text.utf8.endIndex)
        var (start, number, isOver) = (text.utf8.startIndex, 0, false)
        return AnyIterator {
            if isOver { return nil }
            number += 1
            let stop = bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? end
            let line = text[start..<stop]
            isOver = stop == end
            if !isOver {
                start = bytes.index(after: stop)
                if bytes[stop] == 0x0D, start < end, bytes[start] == 0x0A { start = bytes.index(after: start) }
            }
            return (number, line)
        }
    }

    /// Without blanks and tabs around it.
    static func trimmed(_ line: Substring) -> Substring {
        var line = line
        while let last = line.last, last.isWhitespace { line.removeLast() }
        return line.drop(while: \.isWhitespace)
    }

    static func isComment(_ line: Substring) -> Bool {
        let first = line.first { !$0.isWhitespace }
        return first == "#" || first == ";"
    }
}
