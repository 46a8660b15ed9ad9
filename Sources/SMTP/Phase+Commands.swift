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
            if let excess = terms.tally.excess(terms.limits) { return self.end(.excess(excess, terms.policy)) }
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
        let known = Verb(line)
        if known?.isOfMail != true { terms.tally.idle += 1 }
        guard let verb = known, terms.understands(verb) else {
            if terms.lacksTLS { throw Refusal(.tlsFirst) }
            return ask(unrecognized(line), .unrecognized, standing, next)
        }
        var start = verb.count
        while start < line.count, line[start] == UInt8(ascii: " ") { start += 1 }
        // A chunk is consumed whatever is wrong with its command.
        if verb == .bdat { return hearBDAT(input, line, from: start, next: next, standing, terms) }
        if terms.lacksTLS, !verb.isHeardInTheClear { throw Refusal(.tlsFirst) }
        switch verb {
        case .starttls: return try startTLS(hasArgument: start < line.count, next: next, standing, terms)
        case .auth:
            if next < input.count, terms.policy.forbidsEarlyInput { return self.end(.outOfStep) }
            return try authenticate(line, from: start, next: next, standing, &terms)
        case .data:
            if next < input.count, terms.policy.forbidsEarlyInput { return self.end(.outOfStep) }
            guard start == line.count else { throw Refusal(.noArgument) }
            try requireText(standing, terms)
            return ask(.data, .data, standing, next)
        case .mail:
            if let excess = terms.excessOfTransactions { return self.end(.excess(excess, terms.policy)) }
            let (question, pending) = try mail(line, from: start, standing, terms)
            return ask(question, pending, standing, next)
        case .rcpt: return ask(try recipient(line, from: start, standing, terms), .recipient, standing, next)
        case .helo, .ehlo, .lhlo, .rset, .noop, .quit, .vrfy, .help, .bdat:
            let (question, pending) = try simple(verb, line, from: start, terms)
            return ask(question, pending, standing, next)
        }
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

    /// Commands that neither depend on what stands nor change the way in which bytes are read.
    private func simple(
        _ verb: Verb,
        _ line: Span<UInt8>,
        from start: Int,
        _ terms: Terms
    ) throws(Refusal) -> (ServerSession.Question, Pending) {
        switch verb {
        case .helo: return try hello(.helo, line, from: start)
        case .ehlo: return try hello(.ehlo, line, from: start)
        case .lhlo: return try hello(.lhlo, line, from: start)
        case .rset:
            guard start == line.count else { throw Refusal(.noArgument) }
            return (.reset, .reset)
        case .quit:
            guard start == line.count else { throw Refusal(.noArgument) }
            return (.quit, .quit)
        case .noop: return (.noop, .noop)
        case .help:
            let topic = line.repairedText(start..<line.count)
            return (.help(topic), .help(topic: topic))
        case .vrfy:
            guard start < line.count else { throw Refusal(501, EnhancedCode(5, 5, 4), "Syntax: VRFY name") }
            return (.verify(line.repairedText(start..<line.count)), .verify)
        case .mail, .rcpt, .data, .bdat, .auth, .starttls: preconditionFailure("it has a function of its own")
        }
    }

    private func unrecognized(_ line: Span<UInt8>) -> ServerSession.Question {
        var end = 0
        while end < line.count, line[end] != UInt8(ascii: " ") { end += 1 }
        var rest = end
        while rest < line.count, line[rest] == UInt8(ascii: " ") { rest += 1 }
        let verb = String(decoding: line.array(0..<end).map(\.uppercased), as: UTF8.self)
        return .unrecognized(verb: verb, rest: line.repairedText(rest..<line.count))
    }

    /// RFC 5321 §4.1.1.1; replies to a greeting carry no enhanced code (RFC 2034 §4).
    private func hello(
        _ verb: HelloVerb,
        _ line: Span<UInt8>,
        from start: Int
    ) throws(Refusal) -> (ServerSession.Question, Pending) {
        guard start < line.count else {
            throw Refusal(501, nil, "Say who you are: \(verb == .lhlo ? "LHLO" : "HELO or EHLO"), and a host name")
        }
        for index in start..<line.count {
            guard line[index] >= 0x20, line[index] < 0x7F else {
                throw Refusal(501, nil, "A host name holds no such character")
            }
        }
        let host = line.repairedText(start..<line.count)
        return (.hello(verb, host: host), .hello(verb, host: host))
    }

    /// RFC 5321 §4.1.1.4: what DATA needs.
    private func requireText(_ standing: Standing, _ terms: Terms) throws(Refusal) {
        let transaction = try requireRecipients(standing, terms)
        // RFC 3030 §2: the two don't mix; §3: a binary message has no lines.
        guard transaction.chunks == nil else { throw Refusal(.chunksBegun) }
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
        // Even where it isn't offered its chunk must not be taken for commands.
        case .bdat: true
        case .mail, .rcpt, .data, .rset, .noop, .quit, .vrfy, .help: true
        }
    }

    var excessOfTransactions: String? {
        guard limits.transactions > 0, tally.transactions >= limits.transactions else { return nil }
        return "that was the last message of this connection"
    }
}
