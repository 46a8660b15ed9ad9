import Mail
import SMTP
import Testing

@Suite struct ClientSessionTests {
    private func envelope(_ addresses: String...) throws -> Envelope {
        let recipients = try addresses.map { Recipient(try Address(parsing: $0)) }
        return Envelope(sender: try Address(parsing: "a@client.example"), recipients: recipients)
    }

    @Test("each step waits as long as RFC 5321 has it, and a reply in pieces doesn't wait anew")
    func waits() throws {
        var run = ClientRun(deliveries: [try envelope("b@x.example")], message: Array("hi\r\n".utf8))
        run.hear([])
        for piece in [
            "220 x", ".example\r\n", "250 x\r\n", "250-o", "k\r\n250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 ok\r\n",
        ] {
            run.hear(piece.utf8)
        }
        let limits = run.waits.map(\.limit)
        // Greeting, EHLO, MAIL, RCPT, DATA, the end of the message, QUIT.
        #expect(limits == [300, 300, 300, 300, 120, 600, 5].map(Duration.seconds))
        #expect(Set(run.waits.map(\.number)).count == 7)
    }

    @Test("nothing is owed between messages, and an idle connection ends with QUIT")
    func idle() {
        var run = ClientRun(lingers: true)
        run.hear("220 x\r\n250 x\r\n".utf8)
        let waits = run.waits.count
        run.hear([])
        #expect(run.waits.count == waits)
        run.happen(.timeout)
        #expect(run.result.lines == ["EHLO client.example", "QUIT"])
        run.happen(.closed)
        #expect(run.result.end == "")
    }

    @Test("a session tells what it has learned")
    func facts() {
        var run = ClientRun(lingers: true)
        run.hear("220 x\r\n250-x\r\n250-STARTTLS\r\n250 SIZE 5\r\n".utf8)
        let (isTLS, bytes) = (run.session.isTLS, run.session.capabilities.messageBytes)
        #expect(!isTLS && bytes == 5)
        run.hear("220 go\r\n".utf8)
        run.happen(.tlsVerified)
        let (isSecure, offered) = (run.session.isTLS, run.session.capabilities)
        #expect(isSecure && offered == Capabilities())
    }

    @Test("an outcome's status has the outcome's class")
    func classes() {
        let refusal = Reply(550, EnhancedCode(5, 7, 1), "no")
        #expect(ClientSession.Setback.refused(refusal, at: .hello).enhanced == EnhancedCode(4, 7, 1))
        #expect(ClientSession.Setback.refused(refusal, at: .mail).enhanced == EnhancedCode(5, 7, 1))
        #expect(ClientSession.Setback.refused(Reply(450, "no"), at: .data).enhanced == EnhancedCode(4, 0, 0))
    }

    @Test("credentials don't show their secret")
    func secrets() {
        let credentials = ClientCredentials(user: "alice", secret: .password("pencil"))
        for text in ["\(credentials)", String(reflecting: credentials), "\(credentials.secret)"] {
            #expect(!text.contains("pencil"))
        }
        var text = ""
        dump(credentials, to: &text)
        #expect(!text.contains("pencil"))
    }
}
