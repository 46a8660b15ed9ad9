import SMTP
import Testing

/// Clients that send on before they have heard whether they may: RFC 2920 §3.1.
@Suite struct EarlyInputTests {
    private static let refusal = Reply(
        554,
        EnhancedCode(5, 5, 0),
        "Wait for the reply to DATA and AUTH before you send on"
    )

    private static let policy: Policy = {
        var policy = Policy(hostname: "mx.example.org")
        policy.mechanisms = [.plain, .login]
        policy.authNeedsTLS = false
        policy.startTLS = .offered
        return policy
    }()

    private static let envelope = "MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.net>\r\n"

    @Test(
        "what comes in one read with DATA or AUTH closes the session",
        arguments: [
            (envelope, "DATA\r\n", "text\r\n.\r\n"), (envelope, "DATA\r\n", "x"), ("", "DATA\r\n", "QUIT\r\n"),
            (envelope, "DATA x\r\n", "QUIT\r\n"),
            ("", "AUTH PLAIN AGFsaWNlAHNlY3JldA==\r\n", "MAIL FROM:<a@example.org>\r\n"),
            ("", "AUTH LOGIN\r\n", "YWxpY2U=\r\n"),
        ]
    )
    func closes(before: String, command: String, behind: String) {
        let session = SessionBox(upTo: "EHLO c\r\n" + before, policy: Self.policy)
        #expect(session.next(command + behind) == .close(Self.refusal))
        let patient = SessionBox(upTo: "EHLO c\r\n" + before, policy: Self.policy)
        if case .close = patient.next(command) { Issue.record("a patient client is closed") }
    }

    @Test func aResponseIsTheLastThingTooThatAClientSends() {
        let session = SessionBox(upTo: "EHLO c\r\n", policy: Self.policy)
        _ = session.next("AUTH LOGIN\r\n")
        #expect(session.next("YWxpY2U=\r\nc2VjcmV0\r\n") == .close(Self.refusal))
    }

    @Test func aGroupEndsInData() {
        let session = SessionBox(upTo: "EHLO c\r\n", policy: Self.policy)
        session.accept("MAIL FROM:<a@example.org>\r\n" + "RCPT TO:<b@example.net>\r\nDATA\r\n")
        session.accept("RCPT TO:<b@example.net>\r\nDATA\r\n")
        #expect(session.next("DATA\r\n") == .ask(.data, consumed: 6))
    }

    @Test func whatStandsBehindStartTLSIsNeitherHeardNorAnswered() {
        let session = SessionBox(upTo: "EHLO c\r\n", policy: Self.policy)
        let ready = Reply(220, EnhancedCode(2, 0, 0), "Ready to start TLS")
        #expect(session.next("STARTTLS\r\nMAIL FROM:<evil@example.org>\r\n") == .startTLS(ready, consumed: 10))
        #expect(session.isStartingTLS && !session.isTLS)
        #expect(session.next("MAIL FROM:<evil@example.org>\r\n") == .needInput(consumed: 30))
        #expect(session.shuttingDown() == nil)
        session.tlsStarted()
        #expect(session.isTLS && !session.isStartingTLS)
        let first = Reply(503, EnhancedCode(5, 5, 1), "Say HELO or EHLO first")
        #expect(session.next("MAIL FROM:<a@example.org>\r\n") == .reply(first, consumed: 27))
    }
}
