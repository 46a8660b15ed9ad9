internal import Hooks
internal import Mail
internal import PluginHost
internal import SMTP
internal import System
internal import Wire

extension Conversation {
    /// Asks the plugins about a user, unless there was too much guessing; false when a verdict is awaited.
    func authenticate(_ question: SASLExchange.Question) -> Bool {
        guard !house.damper.blocks(address: summary.ip, user: question.user, house.settings.auth) else {
            house.journal.log.notice("auth blocked", id: summary.id, [("user", .text(question.user))])
            return give(.authenticate(.unavailable))
        }
        return perform(.authenticate(question, session.authMechanism ?? .plain))
    }

    func conclude(_ question: SASLExchange.Question, _ outcome: Outcome) -> Conclusion {
        .answer(.authenticate(Self.answer(to: question, outcome, plugins.takeVerifier())))
    }

    /// Nobody knows the user where nobody said OK; who can't be asked now is no reason to say that a password is wrong.
    private static func answer(
        to question: SASLExchange.Question,
        _ outcome: Outcome,
        _ verifier: AuthVerifier?
    ) -> SASLExchange.Answer {
        guard outcome.code == .ok else {
            let isSoft = outcome.code == .denySoft || outcome.code == .denySoftDisconnect
            return isSoft || outcome.failure != nil ? .unavailable : .no
        }
        guard case .lookup(_, let mechanism) = question, mechanism != .external else { return .yes }
        if let verifier {
            return .verifier(
                SCRAMVerifier(
                    salt: verifier.salt,
                    iterations: Int(verifier.iterations),
                    storedKey: verifier.storedKey,
                    serverKey: verifier.serverKey
                )
            )
        }
        guard let password = outcome.reply?.text, !password.isEmpty else { return .no }
        return .password(Array(password.utf8))
    }

    /// Notes how an authentication ended, if one has; how long the reply is to wait.
    func noteAuthentication() -> Duration {
        if session.authFailures > authFailures {
            authFailures = session.authFailures
            let attempt = session.lastAuthAttempt
            house.damper.failed(address: summary.ip, user: attempt?.claimedUser, house.settings.auth)
            house.journal.log.notice(
                "auth failed",
                id: summary.id,
                [
                    ("ip", .text(summary.ip)), ("user", .text(attempt?.claimedUser ?? "")),
                    ("mechanism", .text(attempt?.mechanism.rawValue ?? "")),
                    ("reason", .text(attempt?.failure?.reason ?? "")),
                ]
            )
            return house.settings.auth.delay(afterFailures: authFailures)
        }
        if let user = session.authenticatedUser, summary.auth == nil { welcome(user) }
        return .zero
    }

    /// Who the client was in the clear counts no more: RFC 3207 §4.2.
    func forgetUser() {
        guard summary.auth != nil else { return }
        summary.auth = nil
        plugins.setAuthUser(nil)
        if relaysByAuth { plugins.isRelaying = false }
        relaysByAuth = false
    }

    private func welcome(_ user: String) {
        summary.auth = user
        house.damper.succeeded(user: user)
        plugins.setAuthUser(user)
        // As in Haraka: who has proved to be a user may send to everybody.
        if !plugins.isRelaying {
            plugins.isRelaying = true
            relaysByAuth = true
        }
        house.journal.log.info(
            "auth",
            id: summary.id,
            [
                ("ip", .text(summary.ip)), ("user", .text(user)),
                ("mechanism", .text(session.lastAuthAttempt?.mechanism.rawValue ?? "")),
            ]
        )
    }
}

extension SASLExchange.Question {
    /// Whom it is about.
    var user: String {
        switch self {
        case .lookup(let user, _), .verify(let user, _), .token(_, let user, _): user
        }
    }

    var hook: Hook {
        switch self {
        case .lookup: .authLookup
        case .verify: .authVerify
        case .token: .authToken
        }
    }

    /// What the plugins are told of it.
    func about(_ mechanism: SASLMechanism) -> About {
        switch self {
        case .lookup(let user, let mechanism):
            .authentication(mechanism: mechanism.rawValue, user: user, secret: [], token: [])
        case .verify(let user, let secret):
            .authentication(mechanism: mechanism.rawValue, user: user, secret: secret, token: [])
        case .token(let mechanism, let user, let token):
            .authentication(mechanism: mechanism.rawValue, user: user, secret: [], token: token)
        }
    }
}
