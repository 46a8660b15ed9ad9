import SMTP
import Testing

/// What the driver learns of an authentication.
@Suite struct AuthenticationTests {
    private static let policy: Policy = {
        var policy = Performance.policy
        policy.mechanisms = [.plain, .cramMD5]
        policy.authNeedsTLS = false
        policy.startTLS = .offered
        return policy
    }()

    private static let plain = "AUTH PLAIN AGFsaWNlAHNlY3JldA==\r\n"

    @Test func aSecretComesAsAQuestionAndTheAnswerLetsTheUserIn() {
        let session = SessionBox(upTo: "EHLO c\r\n", policy: Self.policy)
        let question = ServerSession.Question.authenticate(.verify(user: "alice", secret: Array("secret".utf8)))
        #expect(session.next(Self.plain) == .ask(question, consumed: 33))
        #expect(session.user == nil)
        let welcome = Reply(235, EnhancedCode(2, 7, 0), "Authentication successful")
        #expect(session.answer(.authenticate(.yes)) == .reply(welcome, consumed: 0))
        #expect(session.user == "alice")
        #expect(session.lastAuthAttempt?.failure == nil)
        session.accept("RSET\r\n")
        session.accept("EHLO c\r\n")
        #expect(session.user == "alice")
    }

    @Test func startTLSForgetsTheUser() {
        let session = SessionBox(upTo: "EHLO c\r\n\(Self.plain)", policy: Self.policy)
        #expect(session.user == "alice")
        _ = session.next("STARTTLS\r\n")
        session.tlsStarted()
        #expect(session.user == nil)
    }

    @Test func failuresAreCountedAndToldApart() {
        let session = SessionBox(upTo: "EHLO c\r\n", policy: Self.policy)
        _ = session.next(Self.plain)
        session.answer(.authenticate(.no))
        #expect(session.authFailures == 1)
        #expect(session.lastAuthAttempt?.claimedUser == "alice")
        #expect(session.lastAuthAttempt?.mechanism == .plain)
        guard case .credentials? = session.lastAuthAttempt?.failure else {
            Issue.record("no failure of credentials")
            return
        }
        _ = session.next(Self.plain)
        session.answer(.authenticate(.unavailable))
        _ = session.next("AUTH PLAIN\r\n")
        _ = session.next("*\r\n")
        #expect(session.lastAuthAttempt?.failure == .cancelled)
        #expect(session.authFailures == 1)
        #expect(session.user == nil)
    }

    @Test func whoCancelsBehindAChallengeOfSCRAMHasFailed() {
        var policy = Self.policy
        policy.mechanisms = [.scramSHA256]
        let session = SessionBox(upTo: "EHLO c\r\n", policy: policy)
        _ = session.next("AUTH SCRAM-SHA-256 biwsbj11c2VyLHI9YWJj\r\n")
        session.answer(.authenticate(.no))
        _ = session.next("*\r\n")
        #expect(session.lastAuthAttempt?.failure == .cancelled)
        #expect(session.authFailures == 1)
    }

    @Test func noPluginSeesWhatStandsBehindAUTHThatIsNotOffered() {
        let session = SessionBox(upTo: nil, policy: Policy(hostname: "mx.example.org"))
        session.answer(.accept(nil))
        #expect(session.next(Self.plain) == .ask(.unrecognized(verb: "AUTH", rest: ""), consumed: 33))
    }

    @Test func aDriverMayRefuseInsteadOfAnswering() {
        let session = SessionBox(upTo: "EHLO c\r\n", policy: Self.policy)
        _ = session.next(Self.plain)
        let enough = Reply(454, EnhancedCode(4, 7, 0), "Too many attempts")
        #expect(session.answer(.refuse(enough, then: .stay)) == .reply(enough, consumed: 0))
        #expect(session.next("NOOP\r\n") == .ask(.noop, consumed: 6))
    }
}
