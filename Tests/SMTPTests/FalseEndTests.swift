import SMTP
import Testing

/// What other servers took for the end of a message: the ways in which one mail was smuggled behind another.
@Suite struct FalseEndTests {
    static let falseEnds = [
        "\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\r\n", "\r\n.\rx", "\r\n\0.\r\n", "\r.\n", "\n.\r", "\r\n.\r\r\n",
        "\n\n.\r\n", "\r\n.\0\r\n", "\n..\r\n", "\r\r\n.\r\n", "\0",
    ]

    @Test("a false end of data closes the session, and nothing behind it is heard", arguments: falseEnds)
    func closes(end: String) {
        let start = "EHLO c\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\nx"
        let input = Array("\(start)\(end)MAIL FROM:<evil@example.org>\r\nRCPT TO:<c@example.org>\r\nDATA\r\n".utf8)
        let whole = Performance(input, reads: [])
        #expect(whole.isClosed)
        #expect(whole.lines.suffix(2).allSatisfy { $0.hasPrefix("521") })
        #expect(whole.messages.isEmpty)
        #expect(whole.questions.count == 4)
        for first in 1..<input.count {
            #expect(Performance(input, reads: [first, input.count]) == whole, "split behind byte \(first)")
        }
        #expect(Performance(input, reads: [1]) == whole)
    }

    @Test(
        "text that only looks like an end is text",
        arguments: [
            ("..", "."), ("..x", ".x"), ("...", ".."), (".x", "x"), ("x.", "x."), (". ", " "), ("", ""),
            ("\u{b}.", "\u{b}."), ("\u{85}.", "\u{85}."), ("\u{2028}", "\u{2028}"), ("é", "é"),
        ]
    )
    func keepsText(sent: String, kept: String) {
        let start = "HELO c\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n"
        let input = Array("\(start)\(sent)\r\nlast\r\n.\r\nQUIT\r\n".utf8)
        for first in 1..<input.count {
            let performance = Performance(input, reads: [first, input.count])
            #expect(performance.messages == [Array("\(kept)\r\nlast\r\n".utf8)])
            #expect(performance.lines.last?.hasPrefix("221") == true)
        }
    }
}
