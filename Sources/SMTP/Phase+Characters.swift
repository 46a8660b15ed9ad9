extension Phase {
    /// An answer with words that the client can read.
    ///
    /// RFC 5321 §4.2 has ASCII in replies; RFC 6531 §3.7.4 lets a server go beyond it where the client has said that it
    /// understands, with SMTPUTF8 at MAIL or VRFY.
    static func legible(
        _ answer: ServerSession.Answer,
        to pending: Pending,
        _ standing: Standing
    ) -> ServerSession.Answer {
        switch pending {
        case .connect, .hello: return answer.inASCII
        case .mail(let transaction): return transaction.isUTF8 ? answer : answer.inASCII
        case .verify(let hearsUTF8):
            if hearsUTF8 { return answer }
            // RFC 6531 §3.7.4.2: what was found can't be shown to this client.
            if case .accept(let reply?, _) = answer, !reply.isASCII { return .accept(.mailboxNotShown) }
            return answer.inASCII
        case .authentication, .recipient, .data, .firstChunk, .tooBig, .commit, .noop, .reset, .quit, .unrecognized,
            .help:
            return standing.transaction?.isUTF8 == true ? answer : answer.inASCII
        }
    }
}

extension ServerSession.Answer {
    /// The same with nothing but ASCII in its replies.
    fileprivate var inASCII: ServerSession.Answer {
        switch self {
        case .accept(let reply?, let adding): .accept(reply.inASCII, adding: adding)
        case .accept(nil, _), .authenticate: self
        case .acceptEach(let replies): .acceptEach(replies.map(\.inASCII))
        case .refuse(let reply, let afterwards): .refuse(reply.inASCII, then: afterwards)
        }
    }
}

extension Reply {
    var isASCII: Bool {
        let bytes = text.utf8.span
        var union: UInt8 = 0
        for index in 0..<bytes.count { union |= bytes[index] }
        return union < 0x80
    }

    /// The reply with a "?" for each character outside ASCII.
    var inASCII: Reply {
        guard !isASCII else { return self }
        let shown = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isASCII ? $0 : "?" }))
        return Reply(code, enhanced, shown)
    }
}
