/// An address in brackets where a domain would stand: RFC 5321 §4.1.3.
enum AddressLiteral {
    /// Reads `[192.0.2.1]` or `[IPv6:2001:db8::1]`; the hexadecimal digits come back in lower case.
    static func text(in line: Span<UInt8>, at place: inout Int) throws(AddressError) -> String {
        place += 1
        let start = place
        while place < line.count, line[place] != UInt8(ascii: "]") {
            // The longest is an IPv6 address with an IPv4 tail.
            guard place - start <= 50, line[place] < 0x80, !line[place].isControl else { throw .malformedDomain }
            place += 1
        }
        guard place < line.count else { throw .malformedDomain }
        var content = line.extracting(start..<place)
        place += 1
        let tag = "IPv6:"
        if content.count > 5, content.holds(tag, at: 0..<5) {
            content = content.extracting(5...)
            guard isIPv6(content) else { throw .malformedDomain }
            return "[IPv6:" + String(decoding: content.array(0..<content.count).map(\.lowercased), as: UTF8.self) + "]"
        }
        guard isIPv4(content), let address = content.text(0..<content.count) else { throw .malformedDomain }
        return "[\(address)]"
    }

    /// `IPv4-address-literal`: four numbers of one to three digits, each below 256.
    static func isIPv4(_ text: Span<UInt8>) -> Bool {
        var numbers = 0
        var at = 0
        while true {
            var value = 0
            let start = at
            while at < text.count, text[at].isDigit, at - start < 3 {
                value = value * 10 + Int(text[at] - UInt8(ascii: "0"))
                at += 1
            }
            guard at > start, value <= 255 else { return false }
            numbers += 1
            if at == text.count { return numbers == 4 }
            guard text[at] == UInt8(ascii: "."), numbers < 4 else { return false }
            at += 1
        }
    }

    /// `IPv6-addr`: eight groups, or fewer with one "::" that stands for at least two; the last two may be IPv4.
    static func isIPv6(_ text: Span<UInt8>) -> Bool {
        var groups = 0
        var at = 0
        var isCompressed = false
        if text.count >= 2, text[0] == UInt8(ascii: ":"), text[1] == UInt8(ascii: ":") {
            isCompressed = true
            at = 2
        }
        while at < text.count {
            let start = at
            while at < text.count, isHexDigit(text[at]), at - start < 4 { at += 1 }
            if at < text.count, text[at] == UInt8(ascii: ".") {
                guard isIPv4(text.extracting(start...)) else { return false }
                groups += 2
                break
            }
            guard at > start else { return false }
            groups += 1
            guard at < text.count else { break }
            guard text[at] == UInt8(ascii: ":") else { return false }
            at += 1
            guard at < text.count else { return false }
            if text[at] == UInt8(ascii: ":") {
                guard !isCompressed else { return false }
                isCompressed = true
                at += 1
            }
        }
        return isCompressed ? groups <= 6 : groups == 8
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        byte.isDigit || (byte.lowercased >= UInt8(ascii: "a") && byte.lowercased <= UInt8(ascii: "f"))
    }
}
