extension HeaderBlock {
    /// Why a walk over header lines came to its end.
    enum Stop { case emptyLine, otherLine, noMore }

    /// Visits the fields of a text in order until the visitor answers false; says where the header lines end, and why.
    @discardableResult
    static func walk(
        _ text: Span<UInt8>,
        visit: (HeaderField) -> Bool = { _ in true }
    ) -> (end: Int, stop: Stop) {
        var start = 0
        while start < text.count {
            if text.isCRLF(at: start) { return (start, .emptyLine) }
            guard let colon = nameEnd(in: text, from: start) else {
                // A line that isn't whole yet may still become a field.
                return (start, isUnfinished(text, at: text.lineBreak(from: start)) ? .noMore : .otherLine)
            }
            let end = fieldEnd(in: text, from: start)
            guard text.isCRLF(at: end - 2) else { return (start, isUnfinished(text, at: end) ? .noMore : .otherLine) }
            let name = text.trimmed(start..<colon)
            guard visit(HeaderField(name: name, value: colon + 1..<end)) else { return (end, .noMore) }
            start = end
        }
        return (start, .noMore)
    }

    /// Whether a field begins at a place, be its line whole or not.
    static func isField(_ text: Span<UInt8>, at place: Int) -> Bool { nameEnd(in: text, from: place) != nil }

    /// Where the colon behind a field's name stands; nil if the line holds no field.
    ///
    /// Blanks before the colon are obsolete, but they come: RFC 5322 §4.5.
    private static func nameEnd(in text: Span<UInt8>, from start: Int) -> Int? {
        var at = start
        while at < text.count, ByteSet.fieldName.contains(text[at]) { at += 1 }
        guard at > start else { return nil }
        while at < text.count, text[at].isBlank { at += 1 }
        return at < text.count && text[at] == UInt8(ascii: ":") ? at : nil
    }

    /// Behind the CRLF of a field's last line, or at the place where a line has no CRLF.
    private static func fieldEnd(in text: Span<UInt8>, from start: Int) -> Int {
        var at = start
        while true {
            at = text.lineBreak(from: at)
            guard text.isCRLF(at: at) else { return at }
            at += 2
            guard at < text.count, text[at].isBlank else { return at }
        }
    }

    /// Whether more bytes may bring the CRLF that a line lacks.
    private static func isUnfinished(_ text: Span<UInt8>, at place: Int) -> Bool {
        place == text.count || (place + 1 == text.count && text[place] == 0x0D)
    }
}

extension Span<UInt8> {
    func isCRLF(at index: Int) -> Bool {
        index >= 0 && index + 1 < count && self[index] == 0x0D && self[index + 1] == 0x0A
    }
}
