internal import Mail

extension Phase {
    /// Reads one command line; what needs nobody's judgement is answered at once.
    mutating func hearCommand(
        _ input: Span<UInt8>,
        _ standing: Standing,
        _ policy: Policy,
        _ limits: Limits
    ) -> ServerSession.Action {
        if startsWithTLS(input) { return end(.tlsInTheClear) }
        switch LineScan(input, limits) {
        case .unfinished: return .needInput(consumed: 0)
        case .malformed: return end(.bareBreakInCommand)
        case .tooLong: return end(.commandTooLong)
        case .line(let end, let next):
            let line = input.extracting(..<end)
            do throws(Refusal) {
                let (question, pending) = try understand(line, standing, policy, limits)
                self = .asking(pending, standing)
                return .ask(question, consumed: next)
            } catch {
                return .reply(error.reply, consumed: next)
            }
        }
    }

    /// A handshake record of TLS begins with 22, 3: no command does.
    private func startsWithTLS(_ input: Span<UInt8>) -> Bool {
        input.count >= 2 && input[0] == 0x16 && input[1] == 0x03
    }

    private func understand(
        _ line: Span<UInt8>,
        _ standing: Standing,
        _ policy: Policy,
        _ limits: Limits
    ) throws(Refusal) -> (ServerSession.Question, Pending) {
        var start = 4
        while start < line.count, line[start] == UInt8(ascii: " ") { start += 1 }
        guard let verb = Verb(line) else { return (unrecognized(line), .unrecognized) }
        switch verb {
        case .helo: return try hello(.helo, line, from: start)
        case .ehlo: return try hello(.ehlo, line, from: start)
        case .mail: return try mail(line, from: start, standing, policy, limits)
        case .rcpt: return (try recipient(line, from: start, standing, policy, limits), .recipient)
        case .data:
            guard start == line.count else { throw Refusal(.noArgument) }
            try requireRecipients(standing)
            return (.data, .data)
        case .rset:
            guard start == line.count else { throw Refusal(.noArgument) }
            return (.reset, .reset)
        case .quit:
            guard start == line.count else { throw Refusal(.noArgument) }
            return (.quit, .quit)
        case .noop: return (.noop, .noop)
        case .help: return (.help(line.repairedText(min(start, line.count)..<line.count)), .help)
        case .vrfy:
            guard start < line.count else { throw Refusal(501, EnhancedCode(5, 5, 4), "Syntax: VRFY name") }
            return (.verify(line.repairedText(start..<line.count)), .verify)
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
        guard start < line.count else { throw Refusal(501, nil, "Say who you are: HELO or EHLO, and a host name") }
        for index in start..<line.count {
            guard line[index] >= 0x20, line[index] < 0x7F else {
                throw Refusal(501, nil, "A host name holds no such character")
            }
        }
        let host = line.repairedText(start..<line.count)
        return (.hello(verb, host: host), .hello(verb, host: host))
    }

    /// RFC 5321 §4.1.1.4, and §3.3: with no recipient left 554 is right.
    private func requireRecipients(_ standing: Standing) throws(Refusal) {
        guard standing.hello != nil else { throw Refusal(.helloFirst) }
        guard let transaction = standing.transaction else { throw Refusal(.mailFirst) }
        guard transaction.accepted == 0 else { return }
        throw Refusal(transaction.refused > 0 ? .noValidRecipients : .recipientFirst)
    }
}
