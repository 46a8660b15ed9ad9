extension Phase {
    /// Settles what is open.
    mutating func settle(_ answer: ServerSession.Answer, _ terms: inout Terms) -> ServerSession.Action {
        switch consume self {
        case .asking(let pending, let standing):
            self = .asking(pending, standing)
            guard pending.isAboutUTF8(standing) else { return settle(pending, standing, answer, &terms) }
            return settle(pending, standing, pending.legible(answer), &terms)
        case .listening: preconditionFailure("an answer without a question")
        case .receiving: preconditionFailure("an answer while message text is read")
        case .receivingChunk: preconditionFailure("an answer while a chunk is read")
        case .discarding: preconditionFailure("an answer while a chunk is thrown away")
        case .authenticating: preconditionFailure("an answer while the client's response is awaited")
        case .startingTLS: preconditionFailure("an answer while a handshake is awaited")
        case .rejecting: preconditionFailure("an answer without a question, behind a refused client")
        case .closed: preconditionFailure("an answer after the end")
        }
    }

    private mutating func settle(
        _ pending: Pending,
        _ standing: Standing,
        _ answer: ServerSession.Answer,
        _ terms: inout Terms
    ) -> ServerSession.Action {
        switch answer {
        case .accept(let reply, let adding): return accept(pending, standing, reply, adding, &terms)
        case .acceptEach(let replies): return acceptEach(pending, standing, replies, &terms)
        case .refuse(let reply, let afterwards): return refuse(pending, standing, reply, afterwards, &terms)
        case .authenticate(let known):
            guard case .authentication = pending else { preconditionFailure("nobody authenticates") }
            return self.answer(known, standing, &terms)
        }
    }

    private mutating func accept(
        _ pending: Pending,
        _ standing: Standing,
        _ given: Reply?,
        _ adding: [String],
        _ terms: inout Terms
    ) -> ServerSession.Action {
        var standing = standing
        let reply: Reply
        switch pending {
        case .connect:
            reply = Self.bare(given ?? terms.policy.greetingReply)
        case .hello(let verb, let host):
            standing = Standing(hello: verb)
            let lines = terms.takeMechanisms(from: adding)
            reply = terms.helloReply(verb, host: host, given: given, adding: lines)
        case .authentication: preconditionFailure("only the exchange says who may come in")
        case .mail(let transaction):
            standing.transaction = transaction
            terms.tally.transactions += 1
            reply = Self.coded(given ?? Reply(250, EnhancedCode(2, 1, 0), "Sender OK"))
        case .recipient:
            standing.transaction?.accepted += 1
            reply = Self.coded(given ?? Reply(250, EnhancedCode(2, 1, 5), "Recipient OK"))
        case .data:
            terms.text = TextProgress()
            self = .receiving(standing)
            let reply = given ?? Reply(354, "Go ahead, make my day; end with <CRLF>.<CRLF>")
            precondition(reply.code == 354, "an accepted DATA is answered with 354")
            return .reply(Self.bare(reply), consumed: 0)
        case .firstChunk(let chunk):
            self = .receivingChunk(standing, chunk)
            return .needInput(consumed: 0)
        case .tooBig(let isWhole): return finish(standing, .messageTooBig, .stay, isWhole: isWhole, terms)
        case .commit:
            terms.tally.messageAccepted()
            let reply = Self.coded(given ?? Reply(250, EnhancedCode(2, 0, 0), "Message Queued"))
            return finish(standing, reply, .stay, isWhole: true, terms)
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
            return .close(Self.coded(given ?? .closing(terms.policy)))
        case .help(let topic): reply = Self.coded(given ?? terms.help(on: topic))
        case .unrecognized:
            if given == nil { terms.tally.unknownCommand(terms.limits) }
            reply = Self.coded(given ?? .unrecognized)
        }
        self = .listening(standing)
        return .reply(reply, consumed: 0)
    }

    private mutating func acceptEach(
        _ pending: Pending,
        _ standing: Standing,
        _ given: [Reply],
        _ terms: inout Terms
    ) -> ServerSession.Action {
        guard case .commit = pending, terms.policy.isLMTP else {
            preconditionFailure("only the end of a message in LMTP has a reply for each recipient")
        }
        precondition(given.count == standing.transaction?.accepted, "each accepted recipient has one reply")
        if !given.allSatisfy(\.isRefusal) { terms.tally.messageAccepted() }
        self = .listening(Standing(hello: standing.hello))
        return .replies(given.map(Self.coded), consumed: 0)
    }

    private mutating func refuse(
        _ pending: Pending,
        _ before: Standing,
        _ given: Reply,
        _ asked: ServerSession.Afterwards,
        _ terms: inout Terms
    ) -> ServerSession.Action {
        precondition(given.isRefusal, "a refusal is a reply of 400 or more")
        var given = given
        given.addReason()
        var standing = before
        var now = Self.coded(given)
        var afterwards = asked
        switch pending {
        case .connect:
            now = Self.bare(given)
            // Nobody may go on behind a greeting that refused: RFC 5321 §3.1.
            if afterwards == .stay { afterwards = .loop }
        case .hello:
            now = Self.bare(given)
            standing = Standing()
        case .authentication: terms.exchange = nil
        case .mail, .data: standing.transaction = nil
        case .firstChunk(let chunk): return refuse(chunk, standing, now, afterwards, terms)
        case .tooBig(let isWhole): return finish(standing, now, afterwards, isWhole: isWhole, terms)
        case .commit: return finish(standing, now, afterwards, isWhole: true, terms)
        case .recipient: standing.transaction?.refused += 1
        case .reset, .quit:
            // RFC 5321 §4.1.1.5 and §4.1.1.10 leave no choice.
            return accept(pending, standing, nil, [], &terms)
        case .unrecognized: terms.tally.unknownCommand(terms.limits)
        case .verify, .noop, .help: break
        }
        switch afterwards {
        case .stay: self = .listening(standing)
        case .loop: self = .rejecting(Self.coded(given))
        case .close: return end(now)
        }
        return .reply(now, consumed: 0)
    }

    /// Ends a transaction with its last reply, or with one for each recipient.
    private mutating func finish(
        _ standing: Standing,
        _ reply: Reply,
        _ afterwards: ServerSession.Afterwards,
        isWhole: Bool,
        _ terms: Terms
    ) -> ServerSession.Action {
        let times = isWhole ? terms.replies(to: standing.transaction) : 1
        switch afterwards {
        case .stay: self = .listening(Standing(hello: standing.hello))
        case .loop: self = .rejecting(reply)
        case .close:
            guard times > 1 else { return end(reply) }
            // All of them have to be told, so nothing better can be done than to hear no more.
            self = .rejecting(reply)
        }
        return Self.reply(reply, times: times, consumed: 0)
    }

    /// A refused DATA, except that the chunk is on its way already.
    private mutating func refuse(
        _ chunk: Chunk,
        _ standing: Standing,
        _ reply: Reply,
        _ afterwards: ServerSession.Afterwards,
        _ terms: Terms
    ) -> ServerSession.Action {
        let times = chunk.isLast ? terms.replies(to: standing.transaction) : 1
        let rest = Standing(hello: standing.hello)
        switch afterwards {
        case .stay: self = .discarding(rest, chunk.size, then: .refuse(reply, times: times))
        case .loop: self = .discarding(rest, chunk.size, then: .reject(reply))
        case .close: return end(reply)
        }
        return .needInput(consumed: 0)
    }

    /// With an enhanced code, which every reply of these classes has: RFC 2034 §4.
    private static func coded(_ reply: Reply) -> Reply {
        guard reply.enhanced == nil else { return reply }
        var coded = reply
        coded.enhanced = EnhancedCode.plain(for: reply.code)
        return coded
    }

    /// Without one, as in the greeting and the replies to HELO, EHLO and DATA.
    private static func bare(_ reply: Reply) -> Reply {
        var bare = reply
        bare.enhanced = nil
        return bare
    }
}
