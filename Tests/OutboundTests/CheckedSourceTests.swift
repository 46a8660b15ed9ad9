import Mail
import SMTP
import System
import Testing

@testable import Outbound
@testable import Queue

struct CheckedSourceTests {
    private func reads(_ text: [UInt8], by size: Int, isBinary: Bool = false) -> [UInt8]? {
        let source = CheckedSource(MessageInMemory(text), isBinary: isBinary)
        let found = Locked<[UInt8]?>([])
        for start in stride(from: 0, to: text.count, by: size) {
            source.read(UInt64(start)..<UInt64(min(start + size, text.count))) { bytes in
                found.withLock { found in
                    guard let bytes else { return found = nil }
                    found?.append(contentsOf: bytes)
                }
            }
        }
        return found.withLock { $0 }
    }

    @Test(
        "a text with line ends that are none isn't given out, wherever it is cut",
        arguments: [
            ("a\r\nb\r\n", true), ("a\r\n\r\nb", true), ("\r\n", true), ("", true), ("a\nb\r\n", false), ("\n", false),
            ("a\rb\r\n", false), ("a\r\r\n", false), ("a\r", false), ("a\r\n\n", false),
        ]
    )
    func lineEnds(text: String, isGood: Bool) {
        let bytes = Array(text.utf8)
        for size in 1...max(bytes.count, 1) {
            #expect((reads(bytes, by: size) == bytes) == isGood, "\(size)")
            #expect(reads(bytes, by: size, isBinary: true) == bytes)
        }
    }
}
