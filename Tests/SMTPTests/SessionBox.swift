import SMTP

/// A session behind a reference, since `#expect` can't look into a noncopyable value.
final class SessionBox {
    private var session: ServerSession

    /// A session that has been through this input, with every question accepted.
    init(
        upTo input: String? = "",
        policy: Policy = Performance.policy,
        limits: Limits = Limits(),
        openedAt: Int64 = 0,
        tls: TLSFacts? = nil
    ) {
        session = ServerSession(
            policy: policy,
            limits: limits,
            cryptography: FixedCryptography(),
            openedAt: openedAt
        )
        if let tls { session.tlsStarted(tls) }
        guard let input else { return }
        _ = session.answer(.accept(nil))
        let bytes = Array(input.utf8)
        var done = 0
        while done < bytes.count {
            switch session.next(bytes.span.extracting(done...)) {
            case .needInput(let consumed), .reply(_, let consumed), .replies(_, let consumed),
                .store(_, let consumed), .startTLS(_, let consumed):
                done += consumed
            case .ask(.authenticate, let consumed):
                done += consumed
                _ = session.answer(.authenticate(.yes))
            case .ask(_, let consumed), .commit(let consumed):
                done += consumed
                _ = session.answer(.accept(nil))
            case .close: done = bytes.count
            }
        }
    }

    func next(_ text: String) -> ServerSession.Action {
        let bytes = Array(text.utf8)
        return session.next(bytes.span)
    }

    @discardableResult
    func answer(_ answer: ServerSession.Answer) -> ServerSession.Action { session.answer(answer) }

    /// Shows a command and accepts it.
    func accept(_ line: String) {
        _ = next(line)
        answer(.accept(nil))
    }

    func deadlinePassed() -> ServerSession.Action { session.deadlinePassed() }
    func shuttingDown() -> ServerSession.Action? { session.shuttingDown() }

    func tlsStarted(_ facts: TLSFacts = TLSFacts()) { session.tlsStarted(facts) }

    func restart(policy: Policy, user: String? = nil, hello: HelloVerb? = nil) {
        session.restart(policy: policy, user: user, hello: hello)
    }

    var isStartingTLS: Bool { session.isStartingTLS }
    var isTLS: Bool { session.isTLS }
    var user: String? { session.authenticatedUser }
    var authFailures: Int { session.authFailures }
    var lastAuthAttempt: AuthAttempt? { session.lastAuthAttempt }
    var transactionIsOpen: Bool { session.transactionIsOpen }
    var questionIsOpen: Bool { session.questionIsOpen }
    var isReceivingText: Bool { session.isReceivingText }
    var textIs8Bit: Bool { session.textIs8Bit }
    var isClosed: Bool { session.isClosed }
    var sawEarlyTalk: Bool { session.sawEarlyTalk }
}
