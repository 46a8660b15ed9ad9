/// How far the header of a message that is still coming has come, so that its bounds can be kept.
///
/// It sees the header's end where ``HeaderBlock/end(of:)`` does, however the text is cut.
package struct HeaderProgress: Sendable, Equatable {
    /// Where in a line reading stands.
    private enum Place {
        case start, name, blanks, value
        /// Behind a CR that ends a field's line, or the empty line.
        case fieldReturn, emptyReturn
    }

    /// Whether the empty line behind it has come, or one that is no field.
    package private(set) var isOver = false
    package private(set) var lines = 0
    package private(set) var bytes = 0
    private var place = Place.start

    package init() {}

    /// Reads on, until the header is over.
    package mutating func read(_ text: Span<UInt8>) {
        var at = 0
        while at < text.count, !isOver {
            switch place {
            case .start: begin(text, &at)
            case .name: readName(text, &at)
            case .blanks: readBlanks(text, &at)
            case .value:
                at = text.lineBreak(from: at)
                guard at < text.count else { break }
                isOver = text[at] != 0x0D
                place = .fieldReturn
                at += 1
            case .fieldReturn:
                isOver = text[at] != 0x0A
                lines += isOver ? 0 : 1
                place = .start
                at += 1
            case .emptyReturn:
                isOver = true
                at += 1
            }
        }
        bytes += at
    }

    private mutating func begin(_ text: Span<UInt8>, _ at: inout Int) {
        let byte = text[at]
        if byte == 0x0D {
            place = .emptyReturn
            at += 1
        } else if byte.isBlank, lines > 0 {
            place = .value
        } else {
            place = .name
            isOver = !ByteSet.fieldName.contains(byte)
        }
    }

    private mutating func readName(_ text: Span<UInt8>, _ at: inout Int) {
        var end = at
        while end < text.count, ByteSet.fieldName.contains(text[end]) { end += 1 }
        at = end
        guard end < text.count else { return }
        place = .blanks
    }

    /// Obsolete, but they come: RFC 5322 §4.5.
    private mutating func readBlanks(_ text: Span<UInt8>, _ at: inout Int) {
        while at < text.count, text[at].isBlank { at += 1 }
        guard at < text.count else { return }
        isOver = text[at] != UInt8(ascii: ":")
        place = .value
        at += 1
    }
}
