import SMTP
import Testing

/// Nothing of a message that came to nothing may be part of the next one.
@Suite struct StaleEnvelopeTests {
    private static let envelope = "MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.net>\r\n"
    private static let long = String(repeating: "x", count: 100)

    /// What goes wrong, and who refuses.
    static let errors: [(input: String, script: String)] = [
        ("MAIL FROM:<a@example.org>\r\n", "A: mail deny"),
        (envelope + "RSET\r\n", ""),
        (envelope + "EHLO again\r\n", ""),
        (envelope + "HELO again\r\n", ""),
        (envelope + "EHLO again\r\nEHLO c\r\n", "A: ehlo deny\nA: ehlo deny"),
        (envelope + "DATA\r\n", "A: data deny"),
        (envelope + "DATA\r\n", "A: data denysoft"),
        (envelope + "DATA\r\ntext\r\n.\r\n", "A: queue deny"),
        (envelope + "DATA\r\ntext\r\n.\r\n", "A: queue denysoft"),
        (envelope + "DATA\r\n\(long)\r\n.\r\n", ""),
        (envelope + "DATA\r\na: b\r\nc: d\r\ne: f\r\n\r\n.\r\n", ""),
        (envelope + "DATA\r\n\(String(repeating: "0123456789\r\n", count: 20)).\r\n", ""),
        (envelope + "BDAT 4\r\nNOOPBDAT 6 LAST\r\nQUIT\r\n", "A: data deny"),
        (envelope + "BDAT 4\r\nNOOPBDAT 2 LAST\r\n\r\n", "A: queue deny"),
        (envelope + "BDAT 4\r\nNOOPBDAT 201 LAST\r\n\(long)\(long)\n", ""),
        (envelope + "BDAT 100\r\n\(long)BDAT 6 LAST\r\nQUIT\r\n", ""),
        (envelope + "BDAT 4\r\nNOOPRSET\r\n", ""),
        (envelope + "BDAT 4\r\nNOOPEHLO c\r\n", ""),
        ("MAIL FROM:<a@example.org>\r\nBDAT 6 LAST\r\nQUIT\r\n", ""),
        ("MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.net>\r\nBDAT 6 LAST\r\nQUIT\r\n", "A: rcpt deny"),
        ("BDAT 6 LAST\r\nQUIT\r\n", ""),
    ]

    private static let limits: Limits = {
        var limits = Limits()
        limits.textLine = 80
        limits.headerLines = 2
        limits.messageBytes = 200
        return limits
    }()

    private static let policy: Policy = {
        var policy = Performance.policy
        policy.switchedOff = []
        return policy
    }()

    @Test("MAIL, RCPT and DATA behind an error answer as in a new transaction", arguments: errors)
    func answersAnew(input: String, script: String) throws {
        let dialogue = try Dialogue(name: "errors", text: script)
        let next = "MAIL FROM:<n@example.org>\r\nRCPT TO:<o@example.net>\r\nDATA\r\nnew\r\n.\r\nQUIT\r\n"
        let rest = "RCPT TO:<stale@example.net>\r\nDATA\r\n" + next
        let bytes = Array(("EHLO c\r\n" + input + rest).utf8)
        for reads in [[], [1], [7]] {
            let performance = Performance(
                bytes,
                reads: reads,
                script: Script(dialogue),
                policy: Self.policy,
                limits: Self.limits
            )
            let expected = [
                "503 5.5.1 Use MAIL first", "503 5.5.1 Use MAIL first", "250 2.1.0 Sender OK",
                "250 2.1.5 Recipient OK",
            ]
            #expect(Array(performance.lines.suffix(7).prefix(4)) == expected)
            #expect(performance.lines.suffix(3).map { $0.prefix(3) } == ["354", "250", "221"])
            #expect(performance.messages == [Array("new\r\n".utf8)])
        }
    }
}
