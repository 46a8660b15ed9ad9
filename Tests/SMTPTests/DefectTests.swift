import SMTP
import Testing

/// Defects of Haraka 3.1.6, by the numbers of its inventory, as far as one conversation shows them.
@Suite struct DefectTests {
    private static let envelope = "EHLO c\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.net>\r\n"

    private func lines(_ input: String, _ policy: Policy = Performance.policy, _ limits: Limits = Limits()) -> [String]
    {
        Performance(Array(input.utf8), reads: [], policy: policy, limits: limits).lines
    }

    @Test("D1: nothing behind a dot and a bare LF is heard as a command", arguments: [".\n", "x\r\n.\n", "x\n.\n"])
    func d1WhatFollowsADotAndABareLFIsNoCommand(end: String) {
        let all = lines("\(Self.envelope)DATA\r\n\(end)MAIL FROM:<evil@example.org>\r\nQUIT\r\n")
        #expect(all.suffix(2).allSatisfy { $0.hasPrefix("521") })
    }

    @Test("D2: a bare LF in front of the dot ends no message", arguments: ["\n.\r\n", "\r.\r\n"])
    func d2ABareLFBeforeTheDotEndsNoMessage(end: String) {
        let input = Array("\(Self.envelope)DATA\r\nx\(end)QUIT\r\n".utf8)
        let performance = Performance(input, reads: [])
        #expect(performance.messages.isEmpty && performance.isClosed)
        #expect(performance.lines.last?.hasPrefix("521") == true)
    }

    @Test("D3: plaintext behind STARTTLS is not heard inside TLS")
    func d3PlaintextBehindStartTLSIsNotHeard() {
        var policy = Performance.policy
        policy.startTLS = .offered
        let clear = "EHLO c\r\nSTARTTLS\r\nEHLO evil\r\nMAIL FROM:<evil@example.org>\r\n"
        let input = Array((clear + "RCPT TO:<b@example.net>\r\n").utf8)
        let performance = Performance(input, reads: [], policy: policy, handshakes: [clear.utf8.count])
        #expect(performance.questions.count == 1)
        #expect(performance.lines.suffix(2) == ["220 2.0.0 Ready to start TLS", "503 5.5.1 Say HELO or EHLO first"])
    }

    @Test("D4: a message that could not be stored is refused for now, and stays the client's")
    func d4WhatCouldNotBeStoredIsRefusedForNow() throws {
        let end = "DATA\r\ntext\r\n.\r\nDATA\r\n"
        let answers = try Dialogue(name: "d4", text: "A: queue denysoft 451 4.3.0 No space")
        let performance = Performance(Array("\(Self.envelope)\(end)".utf8), reads: [], script: Script(answers))
        #expect(performance.lines.suffix(2) == ["451 4.3.0 No space", "503 5.5.1 Use MAIL first"])
        #expect(performance.messages.isEmpty)
    }

    @Test("D5: no refusal goes out without a reason", arguments: ["mail", "rcpt", "data", "queue"])
    func d5ARefusalWithoutWordsSaysSomething(hook: String) throws {
        let end = "DATA\r\ntext\r\n.\r\n"
        for (code, reason) in [(451, "4.0.0 Refused for now, try again later"), (554, "5.0.0 Refused")] {
            let answers = try Dialogue(name: "d5", text: "A: \(hook) deny \(code)")
            let performance = Performance(Array("\(Self.envelope)\(end)".utf8), reads: [], script: Script(answers))
            #expect(performance.lines.contains("\(code) \(reason)"))
        }
    }

    @Test("D7: what comes while a verdict is awaited is not heard before it")
    func d7NothingIsHeardBeforeTheVerdict() {
        let session = SessionBox(upTo: Self.envelope)
        _ = session.next("DATA\r\n")
        for _ in 0..<3 { #expect(session.next("RSET\r\nMAIL FROM:<c@d>\r\n") == .needInput(consumed: 0)) }
        #expect(session.transactionIsOpen && session.questionIsOpen)
    }

    @Test("D14: a long line is not broken", arguments: [991, 992, 998, 1000, 5000, 16_382])
    func d14ALongLineIsNotBroken(length: Int) {
        let line = String(repeating: "x", count: length) + "\r\n"
        let performance = Performance(Array("\(Self.envelope)DATA\r\n\(line).\r\n".utf8), reads: [])
        #expect(performance.messages == [Array(line.utf8)])
    }

    @Test("D15: a header that is too long is refused, and not half read")
    func d15AHeaderThatIsTooLongIsRefused() {
        let header = String(repeating: "X-Field: value\r\n", count: 5001)
        #expect(lines("\(Self.envelope)DATA\r\n\(header)\r\n.\r\n").last == "554 5.6.0 The message's header is too big")
    }

    @Test("D16: an unknown parameter is 555", arguments: ["X=1", "RET=FULL", "AUTH=<>", "XOORG", "BODY=BINARYMIME"])
    func d16AnUnknownParameterIs555(parameter: String) {
        let all = lines("EHLO c\r\nMAIL FROM:<a@example.org> \(parameter)\r\n")
        #expect(all.last?.hasPrefix("555 5.5.4") == true)
    }

    @Test("D17: MAIL inside a transaction is 503, and the transaction stands")
    func d17MAILInsideATransactionIsOutOfOrder() {
        let all = lines("\(Self.envelope)MAIL FROM:<c@example.org>\r\nDATA\r\n")
        #expect(all.suffix(2).map { $0.prefix(3) } == ["503", "354"])
    }

    @Test("D18: a submission port answers 530, by the policy and by no port number")
    func d18WithoutAuthenticationASubmissionIs530() {
        var policy = Performance.policy
        policy.requiresAuth = true
        #expect(lines("EHLO c\r\nMAIL FROM:<>\r\n", policy).last == "530 5.7.0 Authentication required")
        #expect(lines("EHLO c\r\nMAIL FROM:<>\r\n").last == "250 2.1.0 Sender OK")
    }

    @Test("D29: a whole group is answered before more input is waited for")
    func d29AGroupIsAnsweredInOneGo() {
        let session = SessionBox(upTo: "EHLO c\r\n")
        var unread = "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<>\r\nRSET\r\nNOOP\r\n"
        var replies = 0
        while !unread.isEmpty {
            switch session.next(unread) {
            case .ask(_, let consumed):
                session.answer(.accept(nil))
                unread = String(unread.utf8.dropFirst(consumed)) ?? ""
            case .reply(_, let consumed): unread = String(unread.utf8.dropFirst(consumed)) ?? ""
            default:
                Issue.record("it waits with \(unread) unread")
                return
            }
            replies += 1
        }
        #expect(replies == 5)
    }

    @Test("D25: the challenge of CRAM-MD5 is made of what cryptography calls random")
    func d25AChallengeIsMadeOfRandomBytes() throws {
        var policy = Performance.policy
        policy.mechanisms = [.cramMD5]
        policy.authNeedsTLS = false
        let challenge = try #require(lines("EHLO c\r\nAUTH CRAM-MD5\r\n", policy).last)
        let bytes = Array(challenge.dropFirst(4).utf8)
        let decoded = Base64.decode(bytes.span)
        let text = try #require(decoded)
        #expect(String(decoding: text, as: UTF8.self).contains("2a2a2a2a2a2a2a2a"))
    }
}
