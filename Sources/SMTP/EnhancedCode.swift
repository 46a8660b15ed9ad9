internal import Mail

/// A status code that says more than three digits: RFC 3463.
public struct EnhancedCode: Sendable, Hashable {
    /// 2 success, 4 failure for now, 5 failure for good.
    public let status: UInt8
    public let subject: UInt16
    public let detail: UInt16

    /// A class of 2, 4 or 5, and two numbers below 1000.
    public init(_ status: UInt8, _ subject: UInt16, _ detail: UInt16) {
        precondition(
            status == 2 || status == 4 || status == 5,
            "the class of an enhanced status code is 2, 4 or 5"
        )
        precondition(
            subject <= 999 && detail <= 999,
            "the numbers of an enhanced status code have at most three digits"
        )
        self.status = status
        self.subject = subject
        self.detail = detail
    }

    /// Reads "5.1.1"; nil for anything else.
    public init?(_ text: String) {
        var numbers: [UInt16] = []
        for part in text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            // RFC 3463 §2: no leading zeros.
            guard part.count == 1 || part.first != 0x30 else { return nil }
            numbers.append(part.reduce(0) { $0 * 10 + UInt16($1 - 0x30) })
        }
        guard numbers.count == 3, [2, 4, 5].contains(numbers[0]) else { return nil }
        self.init(UInt8(numbers[0]), numbers[1], numbers[2])
    }

    /// The code that a reply's text begins with, and how many bytes it takes: RFC 2034 §4.
    static func leading(_ text: Span<UInt8>) -> (code: EnhancedCode, length: Int)? {
        var length = 0
        while length < text.count, !text[length].isBlank { length += 1 }
        // "5.123.456" is the longest.
        guard (5...9).contains(length), text[1] == UInt8(ascii: "."), let word = text.text(0..<length),
            let code = EnhancedCode(word)
        else { return nil }
        return (code, length)
    }

    /// The code that says no more than the reply code's class does; nil for codes that carry none.
    static func plain(for code: UInt16) -> EnhancedCode? {
        switch code / 100 {
        case 2: EnhancedCode(2, 0, 0)
        case 4: EnhancedCode(4, 0, 0)
        case 5: EnhancedCode(5, 0, 0)
        default: nil
        }
    }
}

extension EnhancedCode: CustomStringConvertible {
    /// The code as it is written, such as "5.1.1".
    public var description: String { "\(status).\(subject).\(detail)" }
}
