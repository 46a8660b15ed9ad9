/// Makes boundaries of which none occurs in what they part.
///
/// All have the same beginning and a number of fixed length behind it. Each number that stands behind that beginning
/// anywhere in the parts is taken, so that one look at them is enough whatever they hold.
struct ReportBoundary {
    private static let digits = 8

    private let prefix: String
    private var taken: Set<UInt64> = []
    private var number: UInt64 = 0

    /// - Parameter id: makes reports within reports easy to tell apart.
    init(id: String) {
        var sum: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in id.utf8 { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01B3 }
        // "=_" occurs in no encoded text: RFC 2045 §6.7.
        prefix = "=_\(String(sum, radix: 36))_"
    }

    /// Looks at a part.
    mutating func avoid(_ text: Span<UInt8>) {
        let mark = Array(prefix.utf8)
        var at = 0
        while at + mark.count + Self.digits <= text.count {
            if text[at] == mark[0], stands(mark, in: text, at: at) { take(text, at + mark.count) }
            at += 1
        }
    }

    private func stands(_ mark: [UInt8], in text: Span<UInt8>, at place: Int) -> Bool {
        for index in mark.indices where text[place + index] != mark[index] { return false }
        return true
    }

    private mutating func take(_ text: Span<UInt8>, _ start: Int) {
        var number: UInt64 = 0
        for index in start..<start + Self.digits {
            guard text[index].isDigit else { return }
            number = number * 10 + UInt64(text[index] - 0x30)
        }
        taken.insert(number)
    }

    /// A boundary that no part and no other boundary holds.
    mutating func next() -> String {
        repeat { number += 1 } while taken.contains(number)
        let text = String(number)
        return prefix + String(repeating: "0", count: max(0, Self.digits - text.utf8.count)) + text
    }
}
