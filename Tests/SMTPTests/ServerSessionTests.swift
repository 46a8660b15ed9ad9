import Mail
import SMTP
import Testing

@Suite struct ServerSessionTests {
    private static let transaction = "EHLO c\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\n"

    @Test func asksForTheConnectionFirstAndNotesWhoTalksTooEarly() {
        let session = SessionBox(upTo: nil)
        #expect(session.questionIsOpen)
        #expect(session.next("") == .needInput(consumed: 0))
        #expect(!session.sawEarlyTalk)
        #expect(session.next("EHLO c\r\n") == .needInput(consumed: 0))
        #expect(session.sawEarlyTalk)
        #expect(session.answer(.accept(nil)) == .reply(Reply(220, "mx.example.org ESMTP Haraka ready"), consumed: 0))
        #expect(!session.questionIsOpen)
    }

    @Test func theGreetingShowsAVersionOnlyIfItShall() {
        var policy = Policy(hostname: "mx.example.org")
        #expect(Performance([], reads: [], policy: policy).lines == ["220 mx.example.org ESMTP Haraka ready"])
        policy.shownVersion = "0.1.0"
        #expect(Performance([], reads: [], policy: policy).lines == ["220 mx.example.org ESMTP Haraka/0.1.0 ready"])
        policy.greeting = ["mx.example.org", "two\nthree"]
        #expect(Performance([], reads: [], policy: policy).lines == ["220-mx.example.org", "220-two", "220 three"])
    }

    @Test func aSizeLimitOfItsOwnIsAnnouncedAndHeldAgainstMail() {
        var policy = Policy(hostname: "mx.example.org")
        policy.sizeLimit = 1000
        let input = Array("EHLO c\r\nMAIL FROM:<> SIZE=1001\r\nMAIL FROM:<> SIZE=1000\r\n".utf8)
        let lines = Performance(input, reads: [], policy: policy).lines.suffix(3)
        #expect(lines == ["250 SIZE 1000", "552 5.3.4 Message too big!", "250 2.1.0 Sender OK"])
        policy.sizeLimit = 0
        let unbounded = Performance(input, reads: [], policy: policy).lines.suffix(3)
        #expect(unbounded.first == "250 SIZE")
        #expect(unbounded.dropFirst().first == "250 2.1.0 Sender OK")
    }

    @Test func whoWaitsForTheGreetingIsNoEarlyTalker() {
        let session = SessionBox(upTo: "EHLO c\r\n")
        #expect(!session.sawEarlyTalk)
    }

    @Test func consumesNothingWhileAQuestionIsOpen() {
        let session = SessionBox(upTo: "EHLO c\r\n")
        #expect(session.next("NOOP\r\nNOOP\r\n") == .ask(.noop, consumed: 6))
        #expect(session.next("NOOP\r\n") == .needInput(consumed: 0))
    }

    @Test func tellsWhatMailSays() {
        let session = SessionBox(upTo: "EHLO c\r\n")
        let line = "MAIL FROM:<\"A b\"@Example.ORG> SIZE=77 BODY=8BITMIME SMTPUTF8\r\n"
        guard case .ask(.mail(let command), line.utf8.count) = session.next(line) else {
            Issue.record("no question")
            return
        }
        #expect(command.sender.local == "A b")
        #expect(command.sender.domain == "example.org")
        #expect(command.envelope.declaredSize == 77)
        #expect(command.is8Bit && command.isUTF8)
    }

    @Test func aTransactionIsOpenFromMailToTheAnswerOfTheCommit() {
        let session = SessionBox(upTo: "EHLO c\r\n")
        #expect(!session.transactionIsOpen)
        _ = session.next("MAIL FROM:<>\r\n")
        #expect(!session.transactionIsOpen)
        session.answer(.accept(nil))
        #expect(session.transactionIsOpen)
        _ = session.next("RCPT TO:<b@example.org>\r\n")
        session.answer(.accept(nil))
        _ = session.next("DATA\r\n")
        session.answer(.accept(nil))
        #expect(session.isReceivingText)
        #expect(session.next(".\r\n") == .commit(consumed: 3))
        #expect(session.transactionIsOpen)
        session.answer(.accept(nil))
        #expect(!session.transactionIsOpen)
    }

    @Test func textIsGivenOutInOneRunUntilALineBeginsWithADot() {
        let session = SessionBox(upTo: Self.transaction + "DATA\r\n")
        let text = "Subject: x\r\n\r\none\r\ntwo.\r\nunfinished"
        #expect(session.next(text) == .store(0..<text.utf8.count, consumed: text.utf8.count))
        #expect(session.next("\r\n..dot\r\nmore\r\n.\r\n") == .store(0..<2, consumed: 2))
        #expect(session.next("..dot\r\nmore\r\n.\r\n") == .store(1..<13, consumed: 13))
        #expect(session.next(".\r\n") == .commit(consumed: 3))
    }

    @Test("only what cannot be told yet stays unread", arguments: [("\r", 0), (".", 0), (".\r", 0), ("x\r", 1)])
    func keepsNothingElseUnread(text: String, stored: Int) {
        let session = SessionBox(upTo: Self.transaction + "DATA\r\n")
        let action = session.next(text)
        #expect(action == (stored == 0 ? .needInput(consumed: 0) : .store(0..<stored, consumed: stored)))
    }

    @Test func aMessageThatIsTooBigIsReadOnButNotStored() {
        var limits = Limits()
        limits.messageBytes = 10
        let session = SessionBox(upTo: Self.transaction + "DATA\r\n", limits: limits)
        let text = "0123456789\r\n..x\r\nrest\r\n.\r\nNOOP\r\n"
        #expect(session.next(text) == .ask(.tooBig(bytes: 22), consumed: 26))
        let reply = Reply(552, EnhancedCode(5, 3, 4), "Message too big!")
        #expect(session.answer(.accept(nil)) == .reply(reply, consumed: 0))
        #expect(!session.transactionIsOpen)
    }

    @Test func silenceClosesWhateverIsUnderWay() {
        let expected = Reply(421, EnhancedCode(4, 4, 2), "mx.example.org timeout, closing connection")
        for input in ["", "EHLO c\r\n", Self.transaction, Self.transaction + "DATA\r\nSubject"] {
            let session = SessionBox(upTo: input)
            #expect(session.deadlinePassed() == .close(expected))
            #expect(session.isClosed)
            #expect(session.next("NOOP\r\n") == .needInput(consumed: 6))
        }
    }

    @Test func shuttingDownWaitsForATransactionAndForAQuestion() {
        let expected = Reply(421, EnhancedCode(4, 3, 2), "mx.example.org is shutting down, come back later")
        let idle = SessionBox(upTo: "EHLO c\r\n")
        #expect(idle.shuttingDown() == .close(expected))
        #expect(idle.shuttingDown() == nil)
        let busy = SessionBox(upTo: Self.transaction)
        #expect(busy.shuttingDown() == nil)
        let receiving = SessionBox(upTo: Self.transaction + "DATA\r\nx")
        #expect(receiving.shuttingDown() == nil)
        let asked = SessionBox(upTo: "")
        _ = asked.next("NOOP\r\n")
        #expect(asked.shuttingDown() == nil)
        asked.answer(.accept(nil))
        #expect(asked.shuttingDown() == .close(expected))
    }

    @Test func whatPluginsAddToEhloCannotBreakTheReply() {
        let session = SessionBox(upTo: "")
        _ = session.next("EHLO c\r\n")
        guard case .reply(let reply, 0) = session.answer(.accept(nil, adding: ["X-A\r\n221 bye", "X-B é"])) else {
            Issue.record("no reply")
            return
        }
        #expect(reply.text.hasSuffix("\nX-A??221 bye\nX-B ??"))
    }

    @Test(
        "a line that is too long closes the session, even before its end has come",
        arguments: [("NOOP ", 512), ("EHLO ", 512), ("MAIL FROM:<a@b> X=", 2048), ("XAUTH ", 2048), ("", 2048)]
    )
    func longLines(start: String, limit: Int) {
        let fitting = start + String(repeating: "x", count: limit - start.utf8.count - 2) + "\r\n"
        if case .close = SessionBox(upTo: "EHLO c\r\n").next(fitting) { Issue.record("\(limit) bytes are allowed") }
        let expected = ServerSession.Action.close(Reply(521, EnhancedCode(5, 5, 2), "Command line too long"))
        #expect(SessionBox(upTo: "EHLO c\r\n").next("\(start)x\(fitting.dropFirst(start.count))") == expected)
        let endless = String(repeating: "x", count: 2048)
        #expect(SessionBox(upTo: "EHLO c\r\n").next(start + endless) == expected)
        #expect(SessionBox(upTo: "EHLO c\r\n").next(String(endless.dropLast())) == .needInput(consumed: 0))
    }

    @Test func aLineOfAuthenticationMayHaveTwelveKibibytes() {
        var policy = Performance.policy
        policy.mechanisms = [.plain]
        policy.authNeedsTLS = false
        let start = "AUTH PLAIN "
        let fitting = start + String(repeating: "A", count: 12_288 - start.utf8.count - 2)
        let session = SessionBox(upTo: "EHLO c\r\n", policy: policy)
        #expect(session.next(fitting) == .needInput(consumed: 0))
        let answer = Reply(501, EnhancedCode(5, 5, 2), "This is not base64")
        #expect(session.next(fitting + "\r\n") == .reply(answer, consumed: 12_288))
        #expect(session.next(fitting + "A") == .needInput(consumed: 0))
        let refusal = Reply(500, EnhancedCode(5, 5, 6), "Authentication line too long")
        #expect(session.next(fitting + "A\r\n") == .close(refusal))
    }

    @Test func anUnknownCommandIsToldAsItCame() {
        let session = SessionBox(upTo: "")
        let input = "xclient \u{1}  Name=\u{fc} \r\n"
        let question = ServerSession.Question.unrecognized(verb: "XCLIENT", rest: "\u{1}  Name=\u{fc}")
        #expect(session.next(input) == .ask(question, consumed: input.utf8.count))
    }
}
