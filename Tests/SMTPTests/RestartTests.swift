import SMTP
import Testing

/// The client stands for another one.
@Suite struct RestartTests {
    private static let policy = Policy(hostname: "mx.example.org")

    /// A session that has been greeted with EHLO.
    private func greeted(_ limits: Limits = Limits()) -> SessionBox {
        SessionBox(upTo: "EHLO proxy.example\r\n", policy: Self.policy, limits: limits)
    }

    /// The reply to a line, everything accepted; an unknown command stays open.
    private func say(_ line: String, _ session: SessionBox) -> String {
        switch session.next(line + "\r\n") {
        case .reply(let reply, _), .close(let reply): return "\(reply.code)"
        case .ask(.unrecognized, _): return "asked"
        case .ask:
            guard case .reply(let reply, _) = session.answer(.accept(nil)) else { return "?" }
            return "\(reply.code)"
        case .needInput, .replies, .store, .commit, .startTLS: return "?"
        }
    }

    @Test("The question whether the client may speak is open again")
    func asksAgain() {
        let session = greeted()
        #expect(say("XCLIENT", session) == "asked")
        session.restart(policy: Self.policy)
        #expect(session.questionIsOpen)
        #expect(session.answer(.accept(nil)) == .reply(Self.policy.greetingReply, consumed: 0))
        #expect(say("MAIL FROM:<>", session) == "503")
        #expect(say("EHLO client.example", session) == "250")
        #expect(say("MAIL FROM:<>", session) == "250")
    }

    @Test("A refusal is as final as that of any client")
    func refuses() {
        let session = greeted()
        _ = say("XCLIENT", session)
        session.restart(policy: Self.policy)
        let refusal = Reply(550, "Not you")
        #expect(session.answer(.refuse(refusal, then: .stay)) == .reply(refusal, consumed: 0))
        #expect(say("EHLO client.example", session) == "550")
    }

    @Test(
        "A greeting that is known already is enough for MAIL, and extensions are its",
        arguments: [HelloVerb.ehlo, .helo]
    )
    func knowsHello(_ verb: HelloVerb) {
        let session = greeted()
        _ = say("XCLIENT", session)
        session.restart(policy: Self.policy, hello: verb)
        session.answer(.accept(nil))
        #expect(say("MAIL FROM:<> SIZE=1", session) == (verb == .ehlo ? "250" : "555"))
    }

    @Test("D18: the policy is the new client's, and so is who it is", arguments: [nil, "bob"])
    func d18(user: String?) {
        let session = greeted()
        _ = say("XCLIENT", session)
        var policy = Self.policy
        policy.requiresAuth = true
        session.restart(policy: policy, user: user, hello: .ehlo)
        #expect(session.user == user)
        session.answer(.accept(nil))
        #expect(say("MAIL FROM:<>", session) == (user == nil ? "530" : "250"))
    }

    @Test("What was counted of the former client counts no more")
    func forgetsCounts() {
        var limits = Limits()
        limits.errors = 4
        limits.commandsWithoutMail = 6
        limits.unknownCommands = 3
        limits.transactions = 1
        let session = greeted(limits)
        for _ in 0..<20 {
            #expect(say("DATA", session) == "503")
            #expect(say("XCLIENT", session) == "asked")
            session.restart(policy: Self.policy, hello: .ehlo)
            session.answer(.accept(nil))
            #expect(say("MAIL FROM:<>", session) == "250")
            #expect(say("RSET", session) == "250")
        }
        #expect(session.authFailures == 0 && session.lastAuthAttempt == nil)
    }

    @Test("TLS that a policy asks for is asked of the new client, and TLS that is on stays", arguments: [false, true])
    func keepsTLS(isOn: Bool) {
        let session = SessionBox(upTo: nil, policy: Self.policy)
        if isOn { session.tlsStarted() }
        session.answer(.accept(nil))
        _ = say("XCLIENT", session)
        var policy = Self.policy
        policy.startTLS = .required
        session.restart(policy: policy, hello: .ehlo)
        session.answer(.accept(nil))
        #expect(session.isTLS == isOn)
        #expect(say("MAIL FROM:<>", session) == (isOn ? "250" : "530"))
    }

    @Test("Talk before the second greeting is early talk of the new client only")
    func countsEarlyTalk() {
        let session = SessionBox(upTo: nil, policy: Self.policy)
        _ = session.next("XCLIENT\r\n")
        #expect(session.sawEarlyTalk)
        session.answer(.accept(nil))
        #expect(say("XCLIENT", session) == "asked")
        session.restart(policy: Self.policy)
        #expect(!session.sawEarlyTalk)
        _ = session.next("XCLIENT\r\n")
        #expect(session.sawEarlyTalk)
    }

    @Test("A client changes only while a command of its is asked about") func isOurFault() async {
        await #expect(processExitsWith: .failure) {
            var session = ServerSession(policy: Policy(hostname: "mx.example.org"))
            session.restart(policy: Policy(hostname: "mx.example.org"))
        }
    }
}
