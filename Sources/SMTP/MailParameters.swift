internal import Mail

/// The `KEYWORD=value` parts behind the path of MAIL and RCPT: RFC 5321 §4.1.2, `Mail-parameters`.
struct MailParameters {
    var declaredSize: UInt64 = 0
    var is8Bit = false
    var isUTF8 = false
    private var seen: Extensions = []

    /// Reads what stands behind a path; the keywords of extensions that aren't offered are unknown.
    init(_ line: Span<UInt8>, from start: Int, offered: Extensions) throws(Refusal) {
        var at = start
        while at < line.count {
            guard line[at] == UInt8(ascii: " ") else {
                throw Refusal(501, EnhancedCode(5, 5, 4), "A blank is needed behind the address")
            }
            while at < line.count, line[at] == UInt8(ascii: " ") { at += 1 }
            let keyword = at
            while at < line.count, line[at] != UInt8(ascii: " "), line[at] != UInt8(ascii: "=") { at += 1 }
            let keywordEnd = at
            var value: Range<Int>?
            if at < line.count, line[at] == UInt8(ascii: "=") {
                at += 1
                let start = at
                // `esmtp-value`: printable, no blank and no "=".
                while at < line.count, line[at] > 0x20, line[at] < 0x7F, line[at] != UInt8(ascii: "=") { at += 1 }
                value = start..<at
            }
            try take(line, keyword..<keywordEnd, value, offered)
        }
    }

    private mutating func take(
        _ line: Span<UInt8>,
        _ keyword: Range<Int>,
        _ value: Range<Int>?,
        _ offered: Extensions
    ) throws(Refusal) {
        if offered.contains(.size), line.holds("SIZE", at: keyword) {
            try once(.size)
            declaredSize = try Self.size(line, value)
        } else if offered.contains(.eightBitMIME), line.holds("BODY", at: keyword) {
            try once(.eightBitMIME)
            is8Bit = try Self.is8Bit(line, value)
        } else if offered.contains(.smtputf8), line.holds("SMTPUTF8", at: keyword) {
            try once(.smtputf8)
            guard value == nil else { throw Refusal(501, EnhancedCode(5, 5, 4), "SMTPUTF8 takes no value") }
            isUTF8 = true
        } else {
            throw Refusal(555, EnhancedCode(5, 5, 4), "A parameter is unknown here")
        }
    }

    private mutating func once(_ parameter: Extensions) throws(Refusal) {
        guard seen.insert(parameter).inserted else {
            throw Refusal(501, EnhancedCode(5, 5, 4), "A parameter stands there twice")
        }
    }

    /// `1*20DIGIT`; a number beyond 64 bits is as good as the greatest.
    private static func size(_ line: Span<UInt8>, _ value: Range<Int>?) throws(Refusal) -> UInt64 {
        guard let value, (1...20).contains(value.count) else { throw badSize }
        var size: UInt64 = 0
        for index in value {
            guard line[index].isDigit else { throw badSize }
            let (tens, overflow) = size.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(line[index] - UInt8(ascii: "0")))
            size = overflow || carry || size == .max ? .max : sum
        }
        return size
    }

    private static var badSize: Refusal { Refusal(501, EnhancedCode(5, 5, 4), "SIZE needs a number of bytes") }

    private static func is8Bit(_ line: Span<UInt8>, _ value: Range<Int>?) throws(Refusal) -> Bool {
        guard let value, !value.isEmpty else { throw Refusal(501, EnhancedCode(5, 5, 4), "BODY needs a value") }
        if line.holds("8BITMIME", at: value) { return true }
        if line.holds("7BIT", at: value) { return false }
        throw Refusal(555, EnhancedCode(5, 5, 4), "BODY is 7BIT or 8BITMIME")
    }
}
