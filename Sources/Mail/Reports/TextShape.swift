/// What a text is made of, as far as it matters for sending it.
struct TextShape {
    let isASCII: Bool
    /// Lines that end in CRLF and have no more than 998 bytes, no bare CR or LF, no NUL: RFC 5322 §2.3.
    let isClean: Bool
    /// Beyond ASCII, and UTF-8.
    let isBeyondASCII: Bool

    init(_ text: Span<UInt8>) {
        isASCII = text.isASCII(0..<text.count)
        isBeyondASCII = !isASCII && (try? UTF8Span(validating: text)) != nil
        var at = 0
        var isClean = true
        while at < text.count, isClean {
            let end = text.lineBreak(from: at)
            isClean = end - at <= HeaderField.lineLimit && (end == text.count || text.isCRLF(at: end))
            at = end + 2
        }
        self.isClean = isClean
    }
}
