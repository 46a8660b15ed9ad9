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
            guard let colon = nameEnd(in: text, from: start), let end = fieldEnd(in: text, from: start) else {
                // A line that isn't whole yet may still become a field.
                let isWhole = text.isCRLF(at: text.lineBreak(from: start))
                return (start, isWhole ? .otherLine : .noMore)
            }
            let name = trimmedName(start..<colon, in: text)
            guard visit(HeaderField(name: name, value: colon + 1..<end)) else { return (end, .noMore) }
            start = end
        }
        return (start, .noMore)
    }

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

    private static func trimmedName(_ range: Range<Int>, in text: Span<UInt8>) -> Range<Int> {
        text.trimmed(range)
    }

    /// Behind the CRLF of a field's last line; nil if that isn't there yet, or if a CR or LF stands alone.
    private static func fieldEnd(in text: Span<UInt8>, from start: Int) -> Int? {
        var at = start
        while true {
            at = text.lineBreak(from: at)
            guard text.isCRLF(at: at) else { return nil }
            at += 2
            guard at < text.count else { return at }
            guard text[at].isBlank else { return at }
        }
    }
}

extension Span<UInt8> {
    func isCRLF(at index: Int) -> Bool {
        index + 1 < count && self[index] == 0x0D && self[index + 1] == 0x0A
    }
}
