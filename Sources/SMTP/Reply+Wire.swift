internal import Mail

extension Reply {
    /// Bytes of a reply line, its CRLF included: RFC 5321 §4.5.3.1.5.
    private static let lineLimit = 512
    /// The same for a challenge, which can't be parted: RFC 4954 §4.
    private static let challengeLimit = 12_288

    /// Writes the reply as it goes over the wire.
    ///
    /// Whatever the text holds, the framing stands: a control character becomes "?", and so does one beyond ASCII (RFC 5321
    /// §4.2) unless the client understands it. A line that is too long goes on in the next one, at a blank if there is one.
    public func append(to output: inout [UInt8]) {
        let prefix = linePrefix
        let bytes = text.utf8.span
        let room = (code == 334 ? Self.challengeLimit : Self.lineLimit) - prefix.count - 2
        if bytes.count <= room, isPrintable(bytes) {
            output.append(addingCapacity: prefix.count + bytes.count + 2) { line in
                for index in 0..<prefix.count { line.append(prefix[index]) }
                for index in bytes.indices { line.append(bytes[index]) }
                line.append(0x0D)
                line.append(0x0A)
            }
            return
        }
        var start = 0
        while true {
            let (content, next) = Self.line(of: bytes, from: start, room: room)
            let isLast = next >= bytes.count
            for index in 0..<prefix.count {
                output.append(index == 3 && !isLast ? UInt8(ascii: "-") : prefix[index])
            }
            for index in content {
                let byte = bytes[index]
                guard isForUTF8 || byte < 0x80 else {
                    // One for each character.
                    if byte >= 0xC0 { output.append(UInt8(ascii: "?")) }
                    continue
                }
                output.append(byte.isControl && byte != 0x09 ? UInt8(ascii: "?") : byte)
            }
            output.append(0x0D)
            output.append(0x0A)
            guard !isLast else { return }
            start = next
        }
    }

    /// Whether a text is one line of 0x20 to 0x7E that needs no change, as almost all are.
    private func isPrintable(_ bytes: Span<UInt8>) -> Bool {
        if isForUTF8 {
            for index in 0..<bytes.count where bytes[index].isControl { return false }
        } else {
            for index in 0..<bytes.count where bytes[index] &- 0x20 > 0x5E { return false }
        }
        return true
    }

    /// "550 5.1.1 ", which every line repeats.
    private var linePrefix: InlinePrefix {
        var prefix = InlinePrefix()
        prefix.append(number: code)
        prefix.append(UInt8(ascii: " "))
        guard let enhanced, UInt16(enhanced.status) == code / 100 else { return prefix }
        prefix.append(number: UInt16(enhanced.status))
        prefix.append(UInt8(ascii: "."))
        prefix.append(number: enhanced.subject)
        prefix.append(UInt8(ascii: "."))
        prefix.append(number: enhanced.detail)
        prefix.append(UInt8(ascii: " "))
        return prefix
    }

    /// The next line of a text that fits, and where the one behind it begins.
    private static func line(of bytes: Span<UInt8>, from start: Int, room: Int) -> (content: Range<Int>, next: Int) {
        let end = min(start + room, bytes.count)
        var at = start
        while at < end, bytes[at] != 0x0A { at += 1 }
        if at < bytes.count, bytes[at] == 0x0A {
            let hasReturn = at > start && bytes[at - 1] == 0x0D
            return (start..<(hasReturn ? at - 1 : at), at + 1)
        }
        guard at < bytes.count else { return (start..<at, at) }
        var cut = at
        while cut > start, bytes[cut] != 0x20 { cut -= 1 }
        if cut > start { return (start..<cut, cut + 1) }
        // No blank: not inside a character of UTF-8.
        cut = at
        while cut > start + 1, bytes[cut] & 0xC0 == 0x80 { cut -= 1 }
        return (start..<cut, cut)
    }
}
