/// Where a conversation stands.
///
/// Each transition consumes the old phase and must write a new one; the compiler checks that none is forgotten.
enum Phase: ~Copyable {
    /// A command is awaited.
    case listening(Standing)
    /// The driver owes an answer.
    case asking(Pending, Standing)
    /// Message text is awaited.
    case receiving(Standing, TextProgress)
    /// The client was refused: every command gets this reply, only QUIT is honoured.
    case rejecting(Reply)
    case closed

    mutating func advance(_ input: Span<UInt8>, _ policy: Policy, _ limits: Limits) -> ServerSession.Action {
        switch consume self {
        case .listening(let standing):
            self = .listening(standing)
            return hearCommand(input, standing, policy, limits)
        case .asking(let pending, let standing):
            self = .asking(pending, standing)
            return .needInput(consumed: 0)
        case .receiving(let standing, let progress):
            self = .receiving(standing, progress)
            return hearText(input, standing, progress, limits)
        case .rejecting(let reply):
            self = .rejecting(reply)
            return hearRejected(input, reply, limits)
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
        _ limits: Limits
    ) -> ServerSession.Action {
        switch LineScan(input, limits) {
        case .unfinished: return .needInput(consumed: 0)
        case .malformed: return end(.bareBreakInCommand)
        case .tooLong: return end(.commandTooLong)
        case .line(let end, let next):
            guard end == 4, Verb(input.extracting(..<end)) == .quit else { return .reply(reply, consumed: next) }
            self = .asking(.quit, Standing())
            return .ask(.quit, consumed: next)
        }
    }
}

extension Phase {
    // One case a line: the compiler cannot yet match several patterns of a noncopyable value at once.

    var transaction: Transaction? {
        switch self {
        case .listening(let standing): standing.transaction
        case .asking(_, let standing): standing.transaction
        case .receiving(let standing, _): standing.transaction
        case .rejecting: nil
        case .closed: nil
        }
    }

    var isAsking: Bool {
        switch self {
        case .listening: false
        case .asking: true
        case .receiving: false
        case .rejecting: false
        case .closed: false
        }
    }

    var isUngreeted: Bool {
        switch self {
        case .listening: false
        case .asking(let pending, _): pending == .connect
        case .receiving: false
        case .rejecting: false
        case .closed: false
        }
    }

    var isReceiving: Bool {
        switch self {
        case .listening: false
        case .asking: false
        case .receiving: true
        case .rejecting: false
        case .closed: false
        }
    }

    var isClosed: Bool {
        switch self {
        case .listening: false
        case .asking: false
        case .receiving: false
        case .rejecting: false
        case .closed: true
        }
    }

    /// Whether the server may go now without taking anything from the client.
    var isInterruptible: Bool {
        switch self {
        case .listening(let standing): standing.transaction == nil
        case .asking: false
        case .receiving: false
        case .rejecting: true
        case .closed: false
        }
    }
}
