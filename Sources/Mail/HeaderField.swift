/// Where one field of a header block stands.
struct HeaderField: Equatable {
    let name: Range<Int>
    /// What stands behind the colon, its line end included.
    let value: Range<Int>

    /// From its first byte to behind its last CRLF.
    var whole: Range<Int> { name.lowerBound..<value.upperBound }

    func isNamed(_ text: String, in bytes: Span<UInt8>) -> Bool { bytes.holds(text, at: name) }

    /// RFC 5322 §2.1.1.
    static let lineLimit = 998

    /// A new field as it stands in a message.
    static func line(name: String, value: [UInt8]) throws(HeaderEditError) -> [UInt8] {
        try check(name: name)
        try check(value: value)
        let line = Array(name.utf8) + [UInt8(ascii: ":"), UInt8(ascii: " ")] + value + [0x0D, 0x0A]
        let span = line.span
        var start = 0
        while start < span.count {
            let end = span.lineBreak(from: start)
            guard end - start <= lineLimit else { throw .lineTooLong }
            start = end + 2
        }
        return line
    }

    static func check(name: String) throws(HeaderEditError) {
        guard !name.isEmpty, name.utf8.allSatisfy(ByteSet.fieldName.contains) else { throw .badName }
    }

    /// A fold is a CRLF with a blank behind it, and then something that is none: RFC 5322 §3.2.2.
    private static func check(value: [UInt8]) throws(HeaderEditError) {
        let span = value.span
        var at = span.lineBreak(from: 0)
        while at < span.count {
            guard span.isCRLF(at: at), at + 2 < span.count, span[at + 2].isBlank else { throw .badValue }
            let end = span.lineBreak(from: at + 2)
            guard !span.trimmed(at + 2..<end).isEmpty else { throw .badValue }
            at = end
        }
    }
}
