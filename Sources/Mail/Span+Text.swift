extension Span<UInt8> {
    /// These bytes as text, or nil if they aren't UTF-8.
    package func text(_ range: Range<Int>) -> String? {
        guard let utf8 = try? UTF8Span(validating: extracting(range)) else { return nil }
        return String(copying: utf8)
    }

    /// These bytes as text, with U+FFFD for what isn't UTF-8.
    package func repairedText(_ range: Range<Int>) -> String {
        text(range) ?? String(decoding: array(range), as: UTF8.self)
    }

    /// A copy of these bytes.
    package func array(_ range: Range<Int>) -> [UInt8] {
        var copy: [UInt8] = []
        copy.reserveCapacity(range.count)
        for index in range { copy.append(self[index]) }
        return copy
    }

    /// Whether a word stands at these places, ASCII letters in either case.
    package func holds(_ word: String, at range: Range<Int>) -> Bool {
        guard word.utf8.count == range.count else { return false }
        var index = range.lowerBound
        for byte in word.utf8 {
            guard self[index].lowercased == byte.lowercased else { return false }
            index += 1
        }
        return true
    }

    /// Where these bytes begin and end without blanks and line ends around them.
    package func trimmed(_ range: Range<Int>) -> Range<Int> {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high, self[low].isBlankOrBreak { low += 1 }
        while low < high, self[high - 1].isBlankOrBreak { high -= 1 }
        return low..<high
    }
}

extension UInt8 {
    package var lowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
    package var uppercased: UInt8 { self >= 0x61 && self <= 0x7A ? self & 0xDF : self }
    /// SP or HTAB: RFC 5234's WSP.
    package var isBlank: Bool { self == 0x20 || self == 0x09 }
    package var isControl: Bool { self < 0x20 || self == 0x7F }
    package var isDigit: Bool { self >= 0x30 && self <= 0x39 }

    fileprivate var isBlankOrBreak: Bool { isBlank || self == 0x0D || self == 0x0A }
}
