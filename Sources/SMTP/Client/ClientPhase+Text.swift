extension ClientPhase {
    mutating func announceChunk(_ terms: inout ClientTerms) -> ClientSession.Action {
        guard let transaction = terms.transaction else { preconditionFailure("a chunk without a transaction") }
        let range = transaction.chunk(terms.limits)
        var writer = CommandWriter()
        writer.chunk(range, of: transaction.messageBytes)
        terms.transaction?.chunked = range.upperBound
        self = .due(.chunkBytes(range))
        return .write(writer.bytes, consumed: 0)
    }

    /// The reply to a chunk behind which more are to come: RFC 3030 §2.
    mutating func hearChunk(_ reply: Reply, _ terms: inout ClientTerms) -> ClientSession.Action? {
        if reply.isPositive {
            self = .due(.chunkCommand)
            return nil
        }
        guard reply.isRefusal else { return fail(.broken(at: .text), &terms) }
        terms.transaction?.settle(ClientSession.Setback.refused(reply, at: .text).outcome)
        return settle(then: .reset, &terms)
    }

    mutating func messageWritten(_ terms: inout ClientTerms) -> ClientSession.Action {
        switch consume self {
        case .sending:
            terms.waits += 1
            guard let transaction = terms.transaction else { preconditionFailure("a message without a transaction") }
            if transaction.isChunked(terms), transaction.chunked < transaction.messageBytes {
                terms.transaction?.awaited = .chunk
                self = .transacting
                return .needInput(consumed: 0, terms.wait(.text))
            }
            terms.transaction?.awaited = .end(0)
            self = .finishing
            return .needInput(consumed: 0, terms.wait(.endOfText))
        // The host refused before it had heard all.
        case .due(let task): self = .due(task)
        case .closed: self = .closed
        case .asking: preconditionFailure("no message is being written")
        case .startingTLS: preconditionFailure("no message is being written, TLS begins")
        case .ready: preconditionFailure("no message is being written, none was given")
        case .transacting: preconditionFailure("no message is being written, its recipients are asked for")
        case .finishing: preconditionFailure("the message was written already")
        }
        return .needInput(consumed: 0, nil)
    }

    /// The reply to the end of the message, in LMTP one for each recipient that was accepted: RFC 2033 §4.2.
    mutating func hearEnd(_ reply: Reply, _ terms: inout ClientTerms) -> ClientSession.Action? {
        guard case .end(let index) = terms.transaction?.awaited, let accepted = terms.transaction?.accepted else {
            preconditionFailure("no end of a message is awaited")
        }
        guard reply.isPositive || reply.isRefusal else { return fail(.broken(at: .endOfText), &terms) }
        let setback = ClientSession.Setback.refused(reply, at: .endOfText)
        let outcome = reply.isPositive ? ClientSession.Outcome.delivered(reply) : setback.outcome
        guard terms.policy.isLMTP else {
            terms.transaction?.settle(outcome)
            return settle(then: .proceed, &terms)
        }
        terms.transaction?.settle(accepted[index], outcome)
        guard index + 1 < accepted.count else { return settle(then: .proceed, &terms) }
        terms.transaction?.awaited = .end(index + 1)
        self = .finishing
        return nil
    }
}
