extension Pending {
    /// Whether the answer's words may have to do with UTF-8, as few have.
    ///
    /// RFC 5321 §4.2 has ASCII in replies; RFC 6531 §3.7.4 lets a server go beyond it with SMTPUTF8 at MAIL or VRFY.
    func isAboutUTF8(_ standing: Standing) -> Bool {
        switch self {
        case .connect, .hello: false
        case .mail(let transaction): transaction.isUTF8
        case .verify: true
        case .authentication, .recipient, .data, .firstChunk, .tooBig, .commit, .noop, .reset, .quit, .unrecognized,
            .help:
            standing.transaction?.isUTF8 == true
        }
    }

    /// The answer with its words marked as legible to a client that understands UTF-8.
    func legible(_ answer: ServerSession.Answer) -> ServerSession.Answer {
        guard case .verify(hearsUTF8: false) = self else { return answer.forUTF8 }
        guard case .accept(let reply?, _) = answer, reply.text.utf8.contains(where: { $0 >= 0x80 }) else {
            return answer
        }
        // RFC 6531 §3.7.4.2: what was found can't be shown to this client.
        return .accept(.mailboxNotShown)
    }
}

extension ServerSession.Answer {
    fileprivate var forUTF8: ServerSession.Answer {
        switch self {
        case .accept(let reply?, let adding): .accept(reply.forUTF8, adding: adding)
        case .accept(nil, _), .authenticate: self
        case .acceptEach(let replies): .acceptEach(replies.map(\.forUTF8))
        case .refuse(let reply, let afterwards): .refuse(reply.forUTF8, then: afterwards)
        }
    }
}

extension Reply {
    fileprivate var forUTF8: Reply {
        var reply = self
        reply.isForUTF8 = true
        return reply
    }
}
