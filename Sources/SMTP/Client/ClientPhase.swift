/// Where a conversation with a host stands.
///
/// Each transition consumes the old phase and must write a new one; the compiler checks that none is forgotten.
enum ClientPhase: ~Copyable {
    /// A reply outside a transaction is awaited.
    case asking(ClientQuestion)
    /// The handshake is awaited.
    case startingTLS
    /// We are to act; nothing is read before.
    case due(ClientTask)
    /// Nobody owes anything.
    case ready
    /// Replies to the commands of a transaction are awaited.
    case transacting
    /// The message is being written.
    case sending
    /// The message was written, and its end is to be answered.
    case finishing
    case closed

    mutating func advance(_ input: Span<UInt8>, _ terms: inout ClientTerms) -> ClientSession.Action {
        var done = 0
        while true {
            if let action = actUnasked(input, from: done, &terms) { return action }
            let stage = stage(terms)
            switch terms.reader.read(input, from: done, terms.bounds(stage)) {
            case .unfinished(let next): return .needInput(consumed: next, terms.wait(stage))
            case .malformed: return fail(.broken(at: stage), &terms).consuming(input.count)
            case .reply(let reply, let next):
                done = next
                terms.waits += 1
                if let action = take(reply, isLast: next == input.count, &terms) { return action.consuming(done) }
            }
        }
    }

    /// What is done whatever the host says; nil where a reply is to be read.
    private mutating func actUnasked(
        _ input: Span<UInt8>,
        from done: Int,
        _ terms: inout ClientTerms
    ) -> ClientSession.Action? {
        switch consume self {
        case .due(let task):
            self = .due(task)
            return perform(task, &terms).consuming(done)
        case .startingTLS:
            self = .startingTLS
            // RFC 3207 §4.2: what comes in the clear behind the 220 was not said inside TLS.
            guard input.isEmpty else { return fail(.injected, &terms).consuming(input.count) }
            return .needInput(consumed: 0, nil)
        case .closed:
            self = .closed
            return .needInput(consumed: input.count, nil)
        case .asking(let question): self = .asking(question)
        case .ready: self = .ready
        case .transacting: self = .transacting
        case .sending: self = .sending
        case .finishing: self = .finishing
        }
        return nil
    }

    /// Takes a whole reply; nil if it leads to nothing but the next one, or to what is ``due(_:)``.
    private mutating func take(
        _ reply: Reply,
        isLast: Bool,
        _ terms: inout ClientTerms
    ) -> ClientSession.Action? {
        let stage = stage(terms)
        // RFC 5321 §3.8: it may come at any place, and nothing comes behind it.
        if reply.code == 421, stage != .quit { return fail(.refused(reply, at: stage), &terms) }
        switch consume self {
        case .asking(let question):
            self = .asking(question)
            return hear(reply, to: question, isLast: isLast, &terms)
        case .transacting:
            self = .transacting
            return hearEnvelope(reply, &terms)
        case .sending:
            self = .sending
            // Nothing but the end of the connection brings a message back that is half sent.
            return fail(reply.isRefusal ? .refused(reply, at: .text) : .broken(at: .text), &terms)
        case .finishing:
            self = .finishing
            return hearEnd(reply, &terms)
        case .ready:
            self = .ready
            return fail(.broken(at: .idle), &terms)
        case .startingTLS: preconditionFailure("nothing is read before the handshake")
        case .due: preconditionFailure("nothing is read before what is due is done")
        case .closed: preconditionFailure("nothing is read after the end")
        }
    }

    /// Does what is due.
    mutating func perform(_ task: ClientTask, _ terms: inout ClientTerms) -> ClientSession.Action {
        switch task {
        case .proceed: return proceed(&terms)
        case .reset: return ask(.reset, "RSET")
        case .chunkCommand: return announceChunk(&terms)
        case .chunkBytes(let range):
            self = .sending
            return .sendMessage(.chunk(range), consumed: 0)
        case .quit: return ask(.quit, "QUIT")
        case .leave(let setback):
            self = .due(.close(setback))
            return .write(Array("QUIT\r\n".utf8), consumed: 0)
        case .close(let setback):
            self = .closed
            return .close(setback, consumed: 0)
        }
    }

    mutating func ask(_ question: ClientQuestion, _ command: String) -> ClientSession.Action {
        var writer = CommandWriter()
        writer.word(command)
        self = .asking(question)
        return .write(writer.bytes, consumed: 0)
    }

    /// Settles everybody who isn't, and goes.
    mutating func fail(
        _ setback: ClientSession.Setback,
        _ terms: inout ClientTerms,
        saysQuit: Bool = false
    ) -> ClientSession.Action {
        let task = saysQuit ? ClientTask.leave(setback) : .close(setback)
        terms.login = nil
        guard var transaction = terms.transaction else { return perform(task, &terms) }
        transaction.settle((transaction.refusal ?? setback).outcome)
        transaction.takeAll()
        transaction.settle(setback.forTheUntold.outcome)
        terms.transaction = nil
        self = .due(task)
        return .settled(transaction.range, transaction.outcomes.compactMap { $0 }, consumed: 0)
    }
}
