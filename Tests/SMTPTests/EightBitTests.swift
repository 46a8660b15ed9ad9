import SMTP
import Testing

/// Text beyond ASCII that nobody announced is taken, and the driver learns of it: RFC 6152.
@Suite struct EightBitTests {
    private static let envelope = "EHLO c\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.net>\r\n"

    @Test(
        "the driver can tell whether a message is 8-bit",
        arguments: [
            ("plain\r\n", false), ("", false), ("é\r\n", true), ("Subject: é\r\n\r\nplain\r\n", true),
            ("\(String(repeating: "plain\r\n", count: 99))é\(String(repeating: "\r\nplain", count: 99))\r\n", true),
        ]
    )
    func tells(text: String, is8Bit: Bool) {
        let session = SessionBox(upTo: "\(Self.envelope)DATA\r\n\(text)")
        #expect(session.next(".\r\n") == .commit(consumed: 3))
        #expect(session.textIs8Bit == is8Bit)
        session.answer(.accept(nil))
        let next = SessionBox(upTo: "\(Self.envelope)DATA\r\n\(text).\r\n\(Self.envelope)DATA\r\nplain\r\n")
        #expect(next.next(".\r\n") == .commit(consumed: 3))
        #expect(!next.textIs8Bit)
    }

    @Test("every byte of a binary message arrives", arguments: [[], [1], [7], [100]])
    func everyByte(reads: [Int]) {
        var policy = Performance.policy
        policy.switchedOff = []
        let all = (0...255).map { UInt8($0) }
        let start = "EHLO c\r\nMAIL FROM:<> BODY=BINARYMIME\r\nRCPT TO:<b@c>\r\nBDAT 256\r\n"
        let input = Array(start.utf8) + all + Array("BDAT 256 LAST\r\n".utf8) + all.reversed() + Array("NOOP\r\n".utf8)
        let performance = Performance(input, reads: reads, policy: policy)
        #expect(performance.messages == [all + all.reversed()])
        #expect(performance.lines.last == "250 2.0.0 OK")
    }

    @Test func chunksCountToo() {
        var policy = Performance.policy
        policy.switchedOff = []
        let session = SessionBox(upTo: "\(Self.envelope)BDAT 4\r\né\r\nBDAT 3 LAST\r\n", policy: policy)
        #expect(session.next("x\r\n") == .store(0..<3, consumed: 3))
        #expect(session.textIs8Bit)
    }
}
