internal import Mail

extension Phase {
    /// `VRFY name [SP "SMTPUTF8"]`: RFC 5321 §4.1.1.6, RFC 6531 §3.7.4.2.
    mutating func verify(
        _ line: Span<UInt8>,
        from start: Int,
        next: Int,
        _ standing: Standing,
        _ terms: Terms
    ) throws(Refusal) -> ServerSession.Action {
        let knowsUTF8 = standing.extensions(terms).contains(.smtputf8)
        let keyword = " SMTPUTF8"
        var end = line.count
        var hearsUTF8 = false
        let last = max(start, end - keyword.utf8.count)
        if knowsUTF8, last > start, line.holds(keyword, at: last..<end) {
            hearsUTF8 = true
            end = last
            while end > start, line[end - 1] == UInt8(ascii: " ") { end -= 1 }
        }
        guard start < end else { throw Refusal(501, EnhancedCode(5, 5, 4), "Syntax: VRFY name") }
        guard knowsUTF8 || line.isASCII(start..<end) else {
            throw Refusal(553, EnhancedCode(5, 6, 7), "A name outside ASCII needs SMTPUTF8, which is not on offer here")
        }
        guard let name = line.text(start..<end) else {
            throw Refusal(501, EnhancedCode(5, 5, 4), "The name is not valid UTF-8")
        }
        self = .asking(.verify(hearsUTF8: hearsUTF8), standing)
        return .ask(.verify(name), consumed: next)
    }
}
