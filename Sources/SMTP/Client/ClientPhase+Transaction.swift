extension ClientPhase {
    /// Begins the next transaction, or says that a message may come.
    mutating func proceed(_ terms: inout ClientTerms) -> ClientSession.Action {
        guard terms.transaction != nil else {
            guard !terms.isExhausted else { return ask(.quit, "QUIT") }
            self = .ready
            return .ready(consumed: 0)
        }
        if terms.isExhausted { return settleRest(.transactionLimit, then: .quit, &terms) }
        let (capabilities, limits) = (terms.capabilities, terms.limits)
        terms.transaction?.advance(capabilities, limits)
        guard let transaction = terms.transaction else { preconditionFailure("a transaction was there") }
        if let obstacle = transaction.obstacle(terms) { return settleRest(obstacle, then: .proceed, &terms) }
        guard let first = transaction.open(from: 0) else { return settle(then: .proceed, &terms) }
        terms.transactions += 1
        let isGrouped = terms.pipelines
        // RFC 2033 §4.2: in LMTP a DATA that nobody was accepted for has no end that could be answered.
        let sendsData = isGrouped && !terms.policy.isLMTP && !transaction.isChunked(terms)
        var writer = CommandWriter()
        writer.mail(transaction, terms)
        if isGrouped {
            for place in first..<transaction.range.count where transaction.outcomes[place] == nil {
                writer.recipient(transaction.recipient(place), terms)
            }
            if sendsData { writer.word("DATA") }
        }
        terms.transaction?.isGrouped = isGrouped
        terms.transaction?.hasSentData = sendsData
        self = .transacting
        return .write(writer.bytes, consumed: 0)
    }

    /// Settles all recipients of the transaction under way.
    mutating func settle(then task: ClientTask, _ terms: inout ClientTerms) -> ClientSession.Action {
        guard let transaction = terms.transaction else { preconditionFailure("nothing is to be settled") }
        let outcomes = transaction.outcomes.compactMap { $0 }
        precondition(outcomes.count == transaction.range.count, "each recipient has an outcome")
        if transaction.isDone { terms.transaction = nil } else { terms.transaction?.skip() }
        self = .due(task)
        return .settled(transaction.range, outcomes, consumed: 0)
    }

    /// Settles the recipients of this transaction and of all that were to follow.
    private mutating func settleRest(
        _ setback: ClientSession.Setback,
        then task: ClientTask,
        _ terms: inout ClientTerms
    ) -> ClientSession.Action {
        terms.transaction?.takeAll()
        terms.transaction?.settle(setback.outcome)
        return settle(then: task, &terms)
    }

    /// Matches a reply with the command that it is for: RFC 2920 §3.1.
    mutating func hearEnvelope(_ reply: Reply, _ terms: inout ClientTerms) -> ClientSession.Action? {
        switch terms.transaction?.awaited {
        case .mail: return hearMail(reply, &terms)
        case .recipient(let place): return hearRecipient(reply, place, &terms)
        case .data: return hearData(reply, &terms)
        case .chunk: return hearChunk(reply, &terms)
        case .void:
            guard reply.isPositive || reply.isRefusal else { return fail(.broken(at: .endOfText), &terms) }
            return settleRefused(&terms)
        case .end, nil: preconditionFailure("no reply to a command is awaited")
        }
    }

    private mutating func hearMail(_ reply: Reply, _ terms: inout ClientTerms) -> ClientSession.Action? {
        guard reply.isPositive else {
            guard reply.isRefusal else { return fail(.broken(at: .mail), &terms) }
            terms.transaction?.refusal = .refused(reply, at: .mail)
            guard terms.transaction?.isGrouped == true else { return settleRefused(&terms) }
            return awaitRecipient(from: 0, &terms)
        }
        return awaitRecipient(from: 0, &terms)
    }

    private mutating func hearRecipient(
        _ reply: Reply,
        _ place: Int,
        _ terms: inout ClientTerms
    ) -> ClientSession.Action? {
        if reply.isPositive {
            terms.transaction?.accept(place)
        } else if !reply.isRefusal {
            return fail(.broken(at: .recipient), &terms)
        } else if terms.transaction?.refusal == nil {
            terms.transaction?.settle(place, ClientSession.Setback.refused(reply, at: .recipient).outcome)
        }
        return awaitRecipient(from: place + 1, &terms)
    }

    /// Goes on to the next recipient, or behind the last.
    private mutating func awaitRecipient(from place: Int, _ terms: inout ClientTerms) -> ClientSession.Action? {
        guard let transaction = terms.transaction else { preconditionFailure("a recipient without a transaction") }
        self = .transacting
        if let next = transaction.open(from: place) {
            terms.transaction?.awaited = .recipient(next)
            guard !transaction.isGrouped else { return nil }
            var writer = CommandWriter()
            writer.recipient(transaction.recipient(next), terms)
            return .write(writer.bytes, consumed: 0)
        }
        if transaction.hasSentData {
            terms.transaction?.awaited = .data
            return nil
        }
        if transaction.refusal != nil || transaction.accepted.isEmpty { return settleRefused(&terms) }
        guard !transaction.isChunked(terms) else {
            self = .due(.chunkCommand)
            return nil
        }
        terms.transaction?.awaited = .data
        return .write(Array("DATA\r\n".utf8), consumed: 0)
    }

    /// Nobody gets the message.
    private mutating func settleRefused(_ terms: inout ClientTerms) -> ClientSession.Action {
        let hasBegun = terms.transaction?.refusal == nil || terms.transaction?.accepted.isEmpty == false
        if let refusal = terms.transaction?.refusal { terms.transaction?.settle(refusal.outcome) }
        return settle(then: hasBegun ? .reset : .proceed, &terms)
    }

    private mutating func hearData(_ reply: Reply, _ terms: inout ClientTerms) -> ClientSession.Action? {
        let isRefused = terms.transaction?.refusal != nil
        let hasAccepted = terms.transaction?.accepted.isEmpty == false
        if reply.isRefusal {
            if !isRefused { terms.transaction?.settle(ClientSession.Setback.refused(reply, at: .data).outcome) }
            return settleRefused(&terms)
        }
        // Recipients without a sender: an empty message would be theirs.
        guard reply.code == 354, !isRefused || !hasAccepted else { return fail(.broken(at: .data), &terms) }
        if hasAccepted {
            self = .sending
            return .sendMessage(.dotStuffed, consumed: 0)
        }
        terms.transaction?.awaited = .void
        self = .transacting
        return .write(Array(".\r\n".utf8), consumed: 0)
    }
}
