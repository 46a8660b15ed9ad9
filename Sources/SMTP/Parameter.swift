internal import Mail

/// One `KEYWORD=value` behind the path of MAIL or RCPT: RFC 5321 §4.1.2, `esmtp-param`.
struct Parameter {
    let keyword: Range<Int>
    let value: Range<Int>?

    /// Reads the next one and moves the place behind it; nil at the end of the line.
    init?(_ line: Span<UInt8>, at place: inout Int) throws(Refusal) {
        guard place < line.count else { return nil }
        guard line[place] == UInt8(ascii: " ") else { throw .parameter("A blank is needed behind the address") }
        var at = place
        while at < line.count, line[at] == UInt8(ascii: " ") { at += 1 }
        let start = at
        while at < line.count, line[at] != UInt8(ascii: " "), line[at] != UInt8(ascii: "=") { at += 1 }
        keyword = start..<at
        if at < line.count, line[at] == UInt8(ascii: "=") {
            at += 1
            let start = at
            // `esmtp-value`: printable, no blank and no "="; RFC 6531 §3.3 adds what isn't ASCII.
            while at < line.count, line[at] > 0x20, line[at] != 0x7F, line[at] != UInt8(ascii: "=") { at += 1 }
            value = start..<at
        } else {
            value = nil
        }
        place = at
    }
}

extension Refusal {
    /// A parameter that is known and malformed: RFC 5321 §4.1.1.11.
    static func parameter(_ text: String) -> Refusal { Refusal(501, EnhancedCode(5, 5, 4), text) }

    static var unknownParameter: Refusal { Refusal(555, EnhancedCode(5, 5, 4), "A parameter is unknown here") }
    static var parameterTwice: Refusal { .parameter("A parameter stands there twice") }
}

extension Span<UInt8> {
    /// A decimal number of so many digits at most; nil for anything else.
    func number(_ range: Range<Int>, digits: Int) -> Int64? {
        guard (1...digits).contains(range.count) else { return nil }
        var value: Int64 = 0
        for index in range {
            guard self[index].isDigit else { return nil }
            value = value * 10 + Int64(self[index] - UInt8(ascii: "0"))
        }
        return value
    }
}
