/// How far the header of a message that is still coming has come, so that its bounds can be kept.
///
/// It sees the header's end where ``HeaderBlock/end(of:)`` does, however the text is cut.
package struct HeaderProgress: Sendable, Equatable {
    /// Where in a line reading stands.
    private enum Place {
        case start, name, blanks, value
        /// Behind a CR that ends a field's line, or the empty line.
        case fieldReturn, emptyReturn
        case end
    }

    /// Whether the empty line behind it has come, or one that is no field.
    package var isOver: Bool { place == .end }
    package private(set) var lines = 0
    package private(set) var bytes = 0
    private var place = Place.start

    package init() {}

    /// Reads on, until the header is over.
    package mutating func read(_ text: Span<UInt8>) {
        var at = 0
        var place = place
        reading: while at < text.count {
            switch place {
            case .start:
                let byte = text[at]
                if ByteSet.fieldName.contains(byte) {
                    place = .name
                } else if byte.isBlank, lines > 0 {
                    place = .value
                } else {
                    at += byte == 0x0D ? 1 : 0
                    place = byte == 0x0D ? .emptyReturn : .end
                }
            case .name:
                at = Self.nameEnd(in: text, from: at)
                if at < text.count { place = .blanks }
            case .blanks:
                // Obsolete, but they come: RFC 5322 §4.5.
                while at < text.count, text[at].isBlank { at += 1 }
                if at < text.count { place = text[at] == UInt8(ascii: ":") ? .value : .end }
            case .value:
                at = text.lineBreak(from: at)
                guard at < text.count else { break reading }
                place = text[at] == 0x0D ? .fieldReturn : .end
                at += 1
            case .fieldReturn:
                let isLineEnd = text[at] == 0x0A
                lines += isLineEnd ? 1 : 0
                place = isLineEnd ? .start : .end
                at += 1
            case .emptyReturn:
                place = .end
                at += 1
            case .end: break reading
            }
        }
        bytes += at
        self.place = place
    }

    private static func nameEnd(in text: Span<UInt8>, from start: Int) -> Int {
        var at = start
        while at < text.count, ByteSet.fieldName.contains(text[at]) { at += 1 }
        return at
    }
}
