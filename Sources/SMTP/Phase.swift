/// Where a conversation stands.
///
/// Each transition consumes the old phase and must write a new one; the compiler checks that none is forgotten.
enum Phase: ~Copyable {
    /// A command is awaited.
    case listening(Standing)
    /// The driver owes an answer.
    case asking(Pending, Standing)
    /// Message text is awaited.
    case receiving(Standing)
    /// The rest of a chunk of BDAT is awaited.
    case receivingChunk(Standing, Chunk)
    /// The rest of a refused chunk is awaited, and thrown away.
    case discarding(Standing, UInt64, then: AfterChunk)
    /// The client's next line within AUTH is awaited.
    case authenticating(Standing)
    /// The handshake is awaited.
    case startingTLS
    /// The client was refused: every command gets this reply, only QUIT is honoured.
    case rejecting(Reply)
    case closed

    mutating func advance(_ input: Span<UInt8>, _ terms: inout Terms) -> ServerSession.Action {
        switch consume self {
        case .listening(let standing):
            self = .listening(standing)
            return hearCommand(input, standing, &terms)
        case .asking(let pending, let standing):
            self = .asking(pending, standing)
            return .needInput(consumed: 0)
        case .receiving(let standing):
            self = .receiving(standing)
            return hearText(input, standing, &terms)
        case .receivingChunk(let standing, let chunk):
            self = .receivingChunk(standing, chunk)
            return hearChunk(input, standing, chunk, &terms)
        case .discarding(let standing, let left, let then):
            self = .discarding(standing, left, then: then)
            return discard(input, standing, left, then, terms)
        case .authenticating(let standing):
            self = .authenticating(standing)
            return hearResponse(input, standing, &terms)
        case .startingTLS:
            self = .startingTLS
            // RFC 3207 §4.2: what came in the clear behind the command is nothing that was said inside TLS.
            return .needInput(consumed: input.count)
        case .rejecting(let reply):
            self = .rejecting(reply)
            return hearRejected(input, reply, &terms)
        case .closed:
            self = .closed
            return .needInput(consumed: input.count)
        }
    }

    /// Closes from wherever the conversation stands.
    mutating func end(_ reply: Reply) -> ServerSession.Action {
        self = .closed
        return .close(reply)
    }

    /// In the LOOP state commands are read, but not understood.
    private mutating func hearRejected(
        _ input: Span<UInt8>,
        _ reply: Reply,
        _ terms: inout Terms
    ) -> ServerSession.Action {
        switch LineScan(input, terms.limits) {
        case .unfinished: return .needInput(consumed: 0)
        case .malformed: return end(.bareBreakInCommand)
        case .tooLong: return end(.commandTooLong)
        case .line(let end, let next):
            guard end == 4, Verb(input.extracting(..<end)) == .quit else {
                terms.tally.idled(terms.limits)
                if let excess = terms.tally.excess { return self.end(.excess(excess, terms.policy)) }
                return .reply(reply, consumed: next)
            }
            self = .asking(.quit, Standing())
            return .ask(.quit, consumed: next)
        }
    }
}
