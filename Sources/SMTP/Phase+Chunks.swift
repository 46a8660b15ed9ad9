internal import Mail

extension Phase {
    /// `BDAT size [LAST]`: RFC 3030 §2.
    mutating func hearBDAT(
        _ input: Span<UInt8>,
        _ line: Span<UInt8>,
        from start: Int,
        next: Int,
        _ standing: Standing,
        _ terms: inout Terms
    ) -> ServerSession.Action {
        // Nobody can say where the next command begins.
        guard let chunk = Chunk(line, from: start) else { return end(.badChunk) }
        let transaction: Transaction
        do throws(Refusal) {
            transaction = try requireChunk(standing, terms)
        } catch {
            return refuse(chunk, error.reply, standing, input, next: next, terms)
        }
        if !transaction.hasChunks { terms.text = TextProgress() }
        if !chunk.isLast, chunk.size < terms.limits.tinyChunkBytes {
            terms.text.tinyChunks += 1
            guard terms.text.tinyChunks <= terms.limits.tinyChunks else {
                return end(.excess(.tinyChunks, terms.policy))
            }
        }
        let (bytes, overflow) = terms.text.bytes.addingReportingOverflow(chunk.size)
        guard !overflow, bytes <= terms.limits.messageBytes else {
            let after = AfterChunk.tooBig(bytes: overflow ? .max : bytes, isWhole: chunk.isLast)
            return discard(input, from: next, standing, chunk.size, after, terms)
        }
        guard transaction.hasChunks else {
            self = .asking(.firstChunk(chunk), standing)
            return .ask(.data, consumed: next)
        }
        return hearChunk(input, from: next, standing, chunk, &terms)
    }

    private func requireChunk(_ standing: Standing, _ terms: Terms) throws(Refusal) -> Transaction {
        if terms.lacksTLS { throw Refusal(.tlsFirst) }
        guard terms.offered.contains(.chunking) else { throw Refusal(.noChunking) }
        guard standing.hello != .helo else { throw Refusal(.extendedHelloFirst(terms.policy)) }
        return try requireRecipients(standing, terms)
    }

    /// Refuses a chunk, and what it belongs to: the rest would make no message.
    private mutating func refuse(
        _ chunk: Chunk,
        _ reply: Reply,
        _ standing: Standing,
        _ input: Span<UInt8>,
        next: Int,
        _ terms: Terms
    ) -> ServerSession.Action {
        var standing = standing
        standing.transaction = nil
        return discard(input, from: next, standing, chunk.size, .refuse(reply, times: 1), terms)
    }

    /// Throws away what is left of a chunk, then says what is to be said.
    mutating func discard(
        _ input: Span<UInt8>,
        from place: Int = 0,
        _ standing: Standing,
        _ before: UInt64,
        _ then: AfterChunk,
        _ terms: Terms
    ) -> ServerSession.Action {
        let count = Int(clamping: min(before, UInt64(input.count - place)))
        let left = before - UInt64(count)
        let consumed = place + count
        guard left == 0 else {
            self = .discarding(standing, left, then: then)
            return .needInput(consumed: consumed)
        }
        switch then {
        case .refuse(let reply, let times):
            self = .listening(standing)
            return Self.reply(reply, times: times, consumed: consumed)
        case .tooBig(let bytes, let isWhole):
            self = .asking(.tooBig(isWhole: isWhole), standing)
            return .ask(.tooBig(bytes: bytes), consumed: consumed)
        case .reject(let reply):
            self = .rejecting(reply)
            return .reply(reply, consumed: consumed)
        }
    }

    /// Gives out the bytes of a chunk as they come.
    ///
    /// Without BODY=BINARYMIME they are lines, and bound by the rules of DATA; no dot means anything.
    mutating func hearChunk(
        _ input: Span<UInt8>,
        from place: Int = 0,
        _ standing: Standing,
        _ before: Chunk,
        _ terms: inout Terms
    ) -> ServerSession.Action {
        var chunk = before
        let count = Int(clamping: min(chunk.left, UInt64(input.count - place)))
        let end = place + count
        guard count > 0 else {
            guard chunk.left == 0 else {
                self = .receivingChunk(standing, chunk)
                return .needInput(consumed: end)
            }
            return endChunk(standing, chunk, terms, consumed: end)
        }
        let bytes = input.extracting(place..<end)
        if standing.transaction?.isBinary != true, !terms.text.take(lines: bytes, terms.limits) {
            return self.end(.bareBreakInText)
        }
        terms.text.add(bytes, terms.limits)
        chunk.left -= UInt64(count)
        self = .receivingChunk(standing, chunk)
        if !terms.text.isSpoilt(terms.limits) { return .store(place..<end, consumed: end) }
        guard chunk.left == 0 else { return .needInput(consumed: end) }
        return endChunk(standing, chunk, terms, consumed: end)
    }

    private mutating func endChunk(
        _ before: Standing,
        _ chunk: Chunk,
        _ terms: Terms,
        consumed: Int
    ) -> ServerSession.Action {
        var standing = before
        if let fault = terms.text.fault(terms.limits) {
            let times = chunk.isLast ? terms.replies(to: standing.transaction) : 1
            standing.transaction = nil
            self = .listening(standing)
            return Self.reply(fault, times: times, consumed: consumed)
        }
        guard !chunk.isLast else {
            if terms.text.endsInReturn { return end(.bareBreakInText) }
            self = .asking(.commit, standing)
            return .commit(consumed: consumed)
        }
        standing.transaction?.hasChunks = true
        self = .listening(standing)
        return .reply(Reply(250, EnhancedCode(2, 0, 0), "\(chunk.size) bytes received"), consumed: consumed)
    }

    /// One reply, or as many as LMTP wants: RFC 2033 §4.2.
    static func reply(_ reply: Reply, times: Int, consumed: Int) -> ServerSession.Action {
        guard times != 1 else { return .reply(reply, consumed: consumed) }
        return .replies(Array(repeating: reply, count: times), consumed: consumed)
    }
}

extension Terms {
    /// How many replies a whole message has.
    func replies(to transaction: Transaction?) -> Int {
        guard policy.isLMTP, let transaction else { return 1 }
        return max(transaction.accepted, 1)
    }
}
