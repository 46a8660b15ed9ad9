/// Reads the words of a MIME field's value: RFC 2045 §5.1.
struct MIMEWords {
    private let text: [UInt8]
    private var at = 0

    init(_ text: Span<UInt8>) { self.text = text.array(0..<text.count) }

    /// "text/plain", "base64": in lower case.
    mutating func type() -> String? {
        skipBlanks()
        var value = word()
        guard !value.isEmpty else { return nil }
        skipBlanks()
        if at < text.count, text[at] == UInt8(ascii: "/") {
            at += 1
            skipBlanks()
            value += [UInt8(ascii: "/")] + word()
        }
        return String(decoding: value, as: UTF8.self)
    }

    /// Goes behind the next semicolon that stands in no quotes; false at the end.
    mutating func nextParameter() -> Bool {
        while at < text.count {
            switch text[at] {
            case UInt8(ascii: ";"):
                at += 1
                return true
            case UInt8(ascii: "\""): _ = quoted()
            case UInt8(ascii: "("): skipComment()
            default: at += 1
            }
        }
        return false
    }

    /// `name=value`; nil where none stands.
    mutating func parameter() -> MIMEParameter.Segment? {
        skipBlanks()
        let name = word()
        skipBlanks()
        guard !name.isEmpty, at < text.count, text[at] == UInt8(ascii: "=") else { return nil }
        at += 1
        skipBlanks()
        let value = at < text.count && text[at] == UInt8(ascii: "\"") ? quoted() : bare()
        return Self.segment(name, value)
    }

    /// RFC 2231 §3 and §4: `name*`, `name*0`, `name*0*`.
    private static func segment(_ name: [UInt8], _ value: [UInt8]) -> MIMEParameter.Segment {
        var base = name[...]
        let star = UInt8(ascii: "*")
        let isExtended = base.count > 1 && base.last == star
        if isExtended { base.removeLast() }
        var number: Int?
        if let mark = base.lastIndex(of: star), mark > 0 {
            let digits = base[(mark + 1)...]
            // No zeros in front: RFC 2231 §3.
            if (1...3).contains(digits.count), digits.allSatisfy(\.isDigit), digits.first != 0x30 || digits.count == 1 {
                number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
                base = base[..<mark]
            }
        }
        let text = String(decoding: base, as: UTF8.self)
        return MIMEParameter.Segment(name: text, number: number, isExtended: isExtended, bytes: value)
    }

    /// A token in lower case.
    private mutating func word() -> [UInt8] {
        var word: [UInt8] = []
        while at < text.count, Self.isToken(text[at]) {
            word.append(text[at].lowercased)
            at += 1
        }
        return word
    }

    /// A value without quotes, which may hold what only a quoted one should: many programs write `boundary==_x`.
    private mutating func bare() -> [UInt8] {
        var value: [UInt8] = []
        while at < text.count, text[at] != UInt8(ascii: ";"), !text[at].isBlank, !text[at].isControl {
            value.append(text[at])
            at += 1
        }
        return value
    }

    private mutating func quoted() -> [UInt8] {
        var value: [UInt8] = []
        at += 1
        while at < text.count, text[at] != UInt8(ascii: "\"") {
            if text[at] == UInt8(ascii: "\\"), at + 1 < text.count { at += 1 }
            // A fold is no part of the value: RFC 5322 §2.2.3.
            if text[at] != 0x0D, text[at] != 0x0A { value.append(text[at]) }
            at += 1
        }
        at = min(at + 1, text.count)
        return value
    }

    private mutating func skipBlanks() {
        while at < text.count {
            switch text[at] {
            case 0x20, 0x09, 0x0D, 0x0A: at += 1
            case UInt8(ascii: "("): skipComment()
            default: return
            }
        }
    }

    /// RFC 5322 §3.2.2: they nest.
    private mutating func skipComment() {
        var depth = 0
        while at < text.count {
            switch text[at] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: "\\"): at += 1
            default: break
            }
            at = min(at + 1, text.count)
            if depth == 0 { return }
        }
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, 0x7F, 0x28, 0x29, 0x3C, 0x3E, 0x40, 0x2C, 0x3B, 0x3A, 0x5C, 0x22, 0x2F, 0x5B, 0x5D, 0x3F, 0x3D:
            false
        default: true
        }
    }
}
