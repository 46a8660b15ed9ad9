internal import Mail

extension Phase {
    /// Reads one command line; what needs nobody's judgement is answered at once.
    mutating func hearCommand(
        _ input: Span<UInt8>,
        _ standing: Standing,
        _ terms: inout Terms
    ) -> ServerSession.Action {
        if startsWithTLS(input) { return end(terms.tls == nil ? .tlsInTheClear : .tlsInTLS) }
        switch LineScan(input, terms.limits) {
        case .unfinished: return .needInput(consumed: 0)
        case .malformed: return end(.bareBreakInCommand)
        case .tooLong: return end(Verb(input) == .auth ? .authLineTooLong : .commandTooLong)
        case .line(let end, let next):
            if let excess = terms.tally.excess { return self.end(.excess(excess, terms.policy)) }
            do throws(Refusal) {
                return try obey(input, ..<end, next: next, standing, &terms)
            } catch {
                return .reply(error.reply, consumed: next)
            }
        }
    }

    /// A handshake record of TLS begins with 22, 3: no command does.
    private func startsWithTLS(_ input: Span<UInt8>) -> Bool {
        input.count >= 2 && input[0] == 0x16 && input[1] == 0x03
    }

    private mutating func obey(
        _ input: Span<UInt8>,
        _ end: PartialRangeUpTo<Int>,
        next: Int,
        _ standing: Standing,
        _ terms: inout Terms
    ) throws(Refusal) -> ServerSession.Action {
        let line = input.extracting(end)
        guard let verb = Verb(line) else { return try obeyUnknown(line, next: next, standing, &terms) }
        var start = verb == .starttls ? 8 : 4
        while start < line.count, line[start] == UInt8(ascii: " ") { start += 1 }
        switch verb {
        case .mail:
            if terms.lacksTLS { throw Refusal(.tlsFirst) }
            if terms.isOutOfTransactions { return self.end(.excess(.transactions, terms.policy)) }
            return try mail(line, from: start, next: next, standing, terms)
        case .rcpt:
            if terms.lacksTLS { throw Refusal(.tlsFirst) }
            return try recipient(line, from: start, next: next, standing, terms)
        case .data:
            if terms.lacksTLS { throw Refusal(.tlsFirst) }
            if next < input.count, terms.policy.forbidsEarlyInput { return self.end(.outOfStep) }
            guard start == line.count else { throw Refusal(.noArgument) }
            try requireText(standing, terms)
            return ask(.data, .data, standing, next)
        // A chunk is consumed whatever is wrong with its command.
        case .bdat: return hearBDAT(input, line, from: start, next: next, standing, &terms)
        case .helo, .ehlo, .lhlo, .rset, .noop, .quit, .vrfy, .help, .auth, .starttls:
            guard terms.understands(verb) else { return try obeyUnknown(line, next: next, standing, &terms) }
            terms.tally.idled(terms.limits)
            if terms.lacksTLS, !verb.isHeardInTheClear { throw Refusal(.tlsFirst) }
            guard verb == .auth else { return try obeySimple(verb, line, from: start, next: next, standing, terms) }
            if next < input.count, terms.policy.forbidsEarlyInput { return self.end(.outOfStep) }
            return try authenticate(line, from: start, next: next, standing, &terms)
        }
    }

    private mutating func obeyUnknown(
        _ line: Span<UInt8>,
        next: Int,
        _ standing: Standing,
        _ terms: inout Terms
    ) throws(Refusal) -> ServerSession.Action {
        terms.tally.idled(terms.limits)
        if terms.lacksTLS { throw Refusal(.tlsFirst) }
        return ask(unrecognized(line), .unrecognized, standing, next)
    }

    private mutating func ask(
        _ question: ServerSession.Question,
        _ pending: Pending,
        _ standing: Standing,
        _ consumed: Int
    ) -> ServerSession.Action {
        self = .asking(pending, standing)
        return .ask(question, consumed: consumed)
    }

    /// Commands that don't touch the open transaction.
    private mutating func obeySimple(
        _ verb: Verb,
        _ line: Span<UInt8>,
        from start: Int,
        next: Int,
        _ standing: Standing,
        _ terms: Terms
    ) throws(Refusal) -> ServerSession.Action {
        let hasArgument = start < line.count
        switch verb {
        case .helo: return try hello(.helo, line, from: start, next: next, standing)
        case .ehlo: return try hello(.ehlo, line, from: start, next: next, standing)
        case .lhlo: return try hello(.lhlo, line, from: start, next: next, standing)
        case .rset:
            guard !hasArgument else { throw Refusal(.noArgument) }
            return ask(.reset, .reset, standing, next)
        case .quit:
            guard !hasArgument else { throw Refusal(.noArgument) }
            return ask(.quit, .quit, standing, next)
        case .noop: return ask(.noop, .noop, standing, next)
        case .help:
            let topic = line.repairedText(start..<line.count)
            return ask(.help(topic), .help(topic: topic), standing, next)
        case .vrfy: return try verify(line, from: start, next: next, standing, terms)
        case .starttls: return try startTLS(hasArgument: hasArgument, next: next, standing, terms)
        case .mail, .rcpt, .data, .bdat, .auth: preconditionFailure("it has a function of its own")
        }
    }

    private func unrecognized(_ line: Span<UInt8>) -> ServerSession.Question {
        var end = 0
        while end < line.count, line[end] != UInt8(ascii: " ") { end += 1 }
        var rest = end
        while rest < line.count, line[rest] == UInt8(ascii: " ") { rest += 1 }
        let verb = String(decoding: line.array(0..<end).map(\.uppercased), as: UTF8.self)
        // What stands behind AUTH may be a password, and no plugin has asked for one.
        if verb == "AUTH" { return .unrecognized(verb: verb, rest: "") }
        return .unrecognized(verb: verb, rest: line.repairedText(rest..<line.count))
    }

    /// RFC 5321 §4.1.1.1; replies to a greeting carry no enhanced code (RFC 2034 §4).
    private mutating func hello(
        _ verb: HelloVerb,
        _ line: Span<UInt8>,
        from start: Int,
        next: Int,
        _ standing: Standing
    ) throws(Refusal) -> ServerSession.Action {
        guard start < line.count else {
            throw Refusal(501, nil, "Say who you are: \(verb == .lhlo ? "LHLO" : "HELO or EHLO"), and a host name")
        }
        for index in start..<line.count {
            guard line[index] >= 0x20, line[index] < 0x7F else {
                throw Refusal(501, nil, "A host name holds no such character")
            }
        }
        let host = line.repairedText(start..<line.count)
        return ask(.hello(verb, host: host), .hello(verb, host: host), standing, next)
    }

    /// RFC 5321 §4.1.1.4: what DATA needs.
    private func requireText(_ standing: Standing, _ terms: Terms) throws(Refusal) {
        let transaction = try requireRecipients(standing, terms)
        // RFC 3030 §2: the two don't mix; §3: a binary message has no lines.
        guard !transaction.hasChunks else { throw Refusal(.chunksBegun) }
        guard !transaction.isBinary else { throw Refusal(.binaryNeedsChunks) }
    }

    /// RFC 5321 §3.3: with no recipient left 554 is right; RFC 2033 §4.2 has 503.
    func requireRecipients(_ standing: Standing, _ terms: Terms) throws(Refusal) -> Transaction {
        guard standing.hello != nil else { throw Refusal(.helloFirst) }
        guard let transaction = standing.transaction else { throw Refusal(.mailFirst) }
        guard transaction.accepted == 0 else { return transaction }
        guard transaction.refused > 0 else { throw Refusal(.recipientFirst) }
        throw Refusal(terms.policy.isLMTP ? .noRecipientsLocal : .noValidRecipients)
    }
}

extension Terms {
    /// Whether a verb means anything here; one of an extension that isn't there is left to plugins.
    func understands(_ verb: Verb) -> Bool {
        switch verb {
        case .starttls: hasTLS
        case .auth: hasAuth
        case .lhlo: policy.isLMTP
        // RFC 2033 §4.1.
        case .helo, .ehlo: !policy.isLMTP
        case .mail, .rcpt, .data, .bdat, .rset, .noop, .quit, .vrfy, .help: true
        }
    }

    var isOutOfTransactions: Bool { limits.transactions > 0 && tally.transactions >= limits.transactions }
}
