import Foundation
import SMTP
import Testing

@Suite struct ReplyTests {
    private func wire(_ reply: Reply) -> String {
        var bytes: [UInt8] = []
        reply.append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(
        "a reply is written as RFC 5321 and RFC 2034 have it",
        arguments: [
            (Reply(250, "OK"), "250 OK\r\n"),
            (Reply(250, EnhancedCode(2, 1, 5), "OK"), "250 2.1.5 OK\r\n"),
            (Reply(250, EnhancedCode(2, 0, 0), ""), "250 2.0.0 \r\n"),
            (Reply(354, "go"), "354 go\r\n"),
            (
                Reply(550, EnhancedCode(5, 123, 999), "a\nb\r\nc"),
                "550-5.123.999 a\r\n550-5.123.999 b\r\n550 5.123.999 c\r\n"
            ),
            (Reply(220, "a\n\nb\n"), "220-a\r\n220-\r\n220 b\r\n"),
            (Reply(450, EnhancedCode(5, 1, 1), "class"), "450 class\r\n"),
            (Reply(250, "a\rb\u{0}c\u{1b}d\u{7f}e\tf"), "250 a?b?c?d?e\tf\r\n"),
            (Reply(250, "grüße, 用户 📨"), "250 gr??e, ?? ?\r\n"),
        ]
    )
    func framing(reply: Reply, expected: String) {
        #expect(wire(reply) == expected)
    }

    @Test(
        "no line is longer than 512 bytes, and nothing is lost",
        arguments: [1, 400, 500, 501, 502, 503, 510, 1500, 5000]
    )
    func longLines(count: Int) {
        for text in [
            String(repeating: "x", count: count), String(repeating: "éx", count: count),
            String(repeating: "word ", count: count) + "end",
        ] {
            // Only a client that uses SMTPUTF8 gets the text as it is.
            let session = SessionBox(upTo: "EHLO c\r\nMAIL FROM:<> SMTPUTF8\r\n")
            _ = session.next("NOOP\r\n")
            let refusal = ServerSession.Answer.refuse(Reply(550, EnhancedCode(5, 1, 1), text), then: .stay)
            guard case .reply(let reply, 0) = session.answer(refusal) else {
                Issue.record("no reply")
                return
            }
            let output = wire(reply)
            let lines = output.components(separatedBy: "\r\n").dropLast()
            #expect(lines.allSatisfy { $0.utf8.count <= 510 })
            #expect(lines.dropLast().allSatisfy { $0.hasPrefix("550-5.1.1 ") })
            #expect(lines.last?.hasPrefix("550 5.1.1 ") == true)
            let parts = lines.map { String($0.dropFirst(10)) }
            #expect(parts.joined().replacing(" ", with: "") == text.replacing(" ", with: ""))
        }
    }

    @Test(
        "an enhanced code is read strictly",
        arguments: [
            ("5.1.1", EnhancedCode(5, 1, 1)), ("2.0.0", EnhancedCode(2, 0, 0)), ("4.999.10", EnhancedCode(4, 999, 10)),
            ("3.0.0", nil), ("5.1", nil), ("5.1.1.1", nil), ("5.1000.1", nil), ("5.01.1", nil), ("", nil),
            ("5..1", nil),
            (" 5.1.1", nil), ("5.1.-1", nil),
        ] as [(String, EnhancedCode?)]
    )
    func enhanced(text: String, expected: EnhancedCode?) {
        #expect(EnhancedCode(text) == expected)
        if let expected { #expect(expected.description == text) }
    }
}
