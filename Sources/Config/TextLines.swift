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

    /// Without blanks around it.
    ///
    /// Of ASCII only: a no-break space from a web page is no blank, so that it is complained of.
    static func trimmed(_ line: Substring) -> Substring {
        let bytes = line.utf8
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return line[line.startIndex..<line.startIndex] }
        return line[first..<bytes.index(after: last)]
    }

    static func isComment(_ line: Substring) -> Bool {
        let first = line.utf8.first { !isBlank($0) }
        return first == UInt8(ascii: "#") || first == UInt8(ascii: ";")
    }

    /// Space, tab, and what else C's `isspace` knows.
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
