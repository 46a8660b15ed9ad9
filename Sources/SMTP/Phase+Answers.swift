extension Phase {
    /// Settles what is open.
    mutating func settle(_ answer: ServerSession.Answer, _ policy: Policy, _ limits: Limits) -> ServerSession.Action {
        switch consume self {
        case .asking(let pending, let standing):
            self = .asking(pending, standing)
            switch answer {
            case .accept(let reply, let adding):
                return accept(pending, standing, reply, adding, policy, limits)
            case .refuse(let reply, let afterwards):
                return refuse(pending, standing, reply, afterwards, policy, limits)
            }
        case .listening: preconditionFailure("an answer without a question")
        case .receiving: preconditionFailure("an answer while message text is read")
        case .rejecting: preconditionFailure("an answer without a question, behind a refused client")
        case .closed: preconditionFailure("an answer after the end")
        }
    }

    private mutating func accept(
        _ pending: Pending,
        _ standing: Standing,
        _ given: Reply?,
        _ adding: [String],
        _ policy: Policy,
        _ limits: Limits
    ) -> ServerSession.Action {
        var standing = standing
        let reply: Reply
        switch pending {
        case .connect:
            reply = Self.bare(given ?? policy.greetingReply)
        case .hello(let verb, let host):
            standing = Standing(hello: verb)
            reply = policy.helloReply(verb, host: host, given: given, adding: adding, limits)
        case .mail(let transaction):
            standing.transaction = transaction
            reply = Self.coded(given ?? Reply(250, EnhancedCode(2, 1, 0), "Sender OK"))
        case .recipient:
            standing.transaction?.accepted += 1
            reply = Self.coded(given ?? Reply(250, EnhancedCode(2, 1, 5), "Recipient OK"))
        case .data:
            self = .receiving(standing, TextProgress())
            let reply = given ?? Reply(354, "Go ahead, make my day; end with <CRLF>.<CRLF>")
            precondition(reply.code == 354, "an accepted DATA is answered with 354")
            return .reply(Self.bare(reply), consumed: 0)
        case .tooBig:
            standing.transaction = nil
            reply = .messageTooBig
        case .commit:
            standing.transaction = nil
            reply = Self.coded(given ?? Reply(250, EnhancedCode(2, 0, 0), "Message Queued"))
        case .verify:
            let sentence = "Just try sending a mail and we'll see how it turns out"
            reply = Self.coded(given ?? Reply(252, EnhancedCode(2, 5, 0), sentence))
        case .noop:
            reply = Self.coded(given ?? Reply(250, EnhancedCode(2, 0, 0), "OK"))
        case .reset:
            standing.transaction = nil
            reply = Self.coded(given ?? Reply(250, EnhancedCode(2, 0, 0), "OK"))
        case .quit:
            self = .closed
            return .close(Self.coded(given ?? .closing(policy)))
        case .help:
            let sentence = "Commands: HELO EHLO MAIL RCPT DATA RSET NOOP QUIT VRFY HELP"
            reply = Self.coded(given ?? Reply(214, EnhancedCode(2, 0, 0), sentence))
        case .unrecognized:
            reply = Self.coded(given ?? .unrecognized)
        }
        self = .listening(standing)
        return .reply(reply, consumed: 0)
    }

    private mutating func refuse(
        _ pending: Pending,
        _ before: Standing,
        _ given: Reply,
        _ afterwards: ServerSession.Afterwards,
        _ policy: Policy,
        _ limits: Limits
    ) -> ServerSession.Action {
        precondition(given.isRefusal, "a refusal is a reply of 400 or more")
        var standing = before
        var now = Self.coded(given)
        var afterwards = afterwards
        switch pending {
        case .connect:
            now = Self.bare(given)
            // Nobody may go on behind a greeting that refused: RFC 5321 §3.1.
            if afterwards == .stay { afterwards = .loop }
        case .hello:
            now = Self.bare(given)
            standing = Standing()
        case .mail, .data, .tooBig, .commit: standing.transaction = nil
        case .recipient: standing.transaction?.refused += 1
        case .reset, .quit:
            // RFC 5321 §4.1.1.5 and §4.1.1.10 leave no choice.
            return accept(pending, standing, nil, [], policy, limits)
        case .verify, .noop, .help, .unrecognized: break
        }
        switch afterwards {
        case .stay: self = .listening(standing)
        case .loop: self = .rejecting(Self.coded(given))
        case .close: return end(now)
        }
        return .reply(now, consumed: 0)
    }

    /// With an enhanced code, which every reply of these classes has: RFC 2034 §4.
    private static func coded(_ reply: Reply) -> Reply {
        guard reply.enhanced == nil else { return reply }
        return Reply(reply.code, EnhancedCode.plain(for: reply.code), reply.text)
    }

    /// Without one, as in the greeting and the replies to HELO, EHLO and DATA.
    private static func bare(_ reply: Reply) -> Reply { Reply(reply.code, nil, reply.text) }
}
