internal import Mail

extension Phase {
    /// `AUTH mechanism [initial-response]`: RFC 4954 §4.
    mutating func authenticate(
        _ line: Span<UInt8>,
        from start: Int,
        next: Int,
        _ standing: Standing,
        _ terms: inout Terms
    ) throws(Refusal) -> ServerSession.Action {
        guard let hello = standing.hello, hello.isExtended else { throw Refusal(.extendedHelloFirst(terms.policy)) }
        guard terms.user == nil else { throw Refusal(503, EnhancedCode(5, 5, 1), "You are authenticated already") }
        guard standing.transaction == nil else { throw Refusal(.transactionOpen) }
        var end = start
        while end < line.count, line[end] != UInt8(ascii: " ") { end += 1 }
        guard end > start else { throw Refusal(501, EnhancedCode(5, 5, 4), "Syntax: AUTH mechanism [response]") }
        let mechanism = try terms.mechanism(line.extracting(start..<end))
        let initial = try initialResponse(line, from: end)
        guard let cryptography = terms.cryptography else { preconditionFailure("no AUTH without cryptography") }
        var exchange = SASLExchange(mechanism, channel: terms.channel, cryptography: cryptography)
        let step = exchange.begin(initial)
        return take(step, of: exchange, standing, &terms, consumed: next)
    }

    private func initialResponse(_ line: Span<UInt8>, from place: Int) throws(Refusal) -> [UInt8]? {
        var start = place
        while start < line.count, line[start] == UInt8(ascii: " ") { start += 1 }
        guard start < line.count else { return nil }
        for index in start..<line.count where line[index] == UInt8(ascii: " ") {
            throw Refusal(501, EnhancedCode(5, 5, 4), "Syntax: AUTH mechanism [response]")
        }
        guard case .bytes(let bytes) = SASLResponse(initial: line.extracting(start..<line.count)) else {
            throw Refusal(.notBase64)
        }
        return bytes
    }

    /// Reads the client's line within an exchange.
    mutating func hearResponse(
        _ input: Span<UInt8>,
        _ standing: Standing,
        _ terms: inout Terms
    ) -> ServerSession.Action {
        switch LineScan(input, atMost: terms.limits.authLine) {
        case .unfinished: return .needInput(consumed: 0)
        case .malformed: return end(.bareBreakInCommand)
        case .tooLong: return end(.authLineTooLong)
        case .line(let end, let next):
            if next < input.count, terms.policy.forbidsEarlyInput { return self.end(.outOfStep) }
            guard var exchange = terms.exchange.take() else { preconditionFailure("an exchange is under way") }
            switch SASLResponse(line: input.extracting(..<end)) {
            case .bytes(let bytes):
                let step = exchange.receive(bytes)
                return take(step, of: exchange, standing, &terms, consumed: next)
            case .cancel:
                let step = exchange.cancel()
                return take(step, of: exchange, standing, &terms, consumed: next)
            case .malformed:
                let step = SASLExchange.Step.failure(.malformed("a response is not base64"))
                return take(step, of: exchange, standing, &terms, consumed: next)
            }
        }
    }

    /// Hands the plugins' answer on.
    mutating func answer(
        _ answer: SASLExchange.Answer,
        _ standing: Standing,
        _ terms: inout Terms
    ) -> ServerSession.Action {
        guard var exchange = terms.exchange.take() else { preconditionFailure("an exchange is under way") }
        let step = exchange.answer(answer)
        return take(step, of: exchange, standing, &terms, consumed: 0)
    }

    private mutating func take(
        _ step: SASLExchange.Step,
        of exchange: SASLExchange,
        _ standing: Standing,
        _ terms: inout Terms,
        consumed: Int
    ) -> ServerSession.Action {
        switch step {
        case .challenge(let bytes):
            terms.exchange = exchange
            self = .authenticating(standing)
            return .reply(Reply(334, Base64.text(bytes)), consumed: consumed)
        case .ask(let question):
            terms.exchange = exchange
            self = .asking(.authentication, standing)
            return .ask(.authenticate(question), consumed: consumed)
        case .success(let user):
            terms.settle(exchange, user: user, failure: nil)
            self = .listening(standing)
            return .reply(Reply(235, EnhancedCode(2, 7, 0), "Authentication successful"), consumed: consumed)
        case .failure(let failure):
            terms.settle(exchange, user: nil, failure: failure)
            self = .listening(standing)
            return .reply(.authFailed(failure), consumed: consumed)
        }
    }
}

extension Terms {
    /// The mechanism of a name, if it can be used now.
    fileprivate func mechanism(_ name: Span<UInt8>) throws(Refusal) -> SASLMechanism {
        guard let mechanism = SASLMechanism(name), mechanisms.contains(mechanism) else {
            throw Refusal(504, EnhancedCode(5, 5, 4), "This mechanism is not offered")
        }
        guard tls != nil || !(policy.authNeedsTLS || mechanism.needsTLS) else { throw Refusal(.authNeedsTLS) }
        guard usableMechanisms.contains(mechanism) else {
            throw Refusal(504, EnhancedCode(5, 5, 4), "This mechanism is not offered here")
        }
        return mechanism
    }

    /// Notes how an exchange ended.
    fileprivate mutating func settle(_ exchange: SASLExchange, user: String?, failure: SASLExchange.Failure?) {
        self.user = user
        self.exchange = nil
        let claimed = user ?? exchange.claimedUser
        lastAttempt = AuthAttempt(mechanism: exchange.mechanism, claimedUser: claimed, failure: failure)
        switch failure {
        case .malformed, .credentials: tally.authFailed(limits)
        // A challenge has cost a derivation of keys by then.
        case .cancelled where exchange.mechanism.isSCRAM: tally.authFailed(limits)
        case nil, .cancelled, .unavailable, .encryption: break
        }
    }
}
