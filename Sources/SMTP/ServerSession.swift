public import Mail

/// The server's half of one SMTP conversation, as a value: unread bytes are shown to it, actions come out.
///
/// It keeps no input and no text. Actions name bytes by their place in the span that was shown, and say how many of
/// them are done with; the driver keeps the rest and shows them again, with more behind them.
///
/// It begins with the question ``Question/connect`` open: the driver asks it when the connection opens, and nothing is
/// consumed before its answer.
///
/// A transaction ends when ``transactionIsOpen`` falls back to false, whatever the reason; what was
/// stored is then to be dropped unless the commit was answered with an acceptance.
public struct ServerSession: ~Copyable {
    public enum Action: Sendable, Equatable {
        /// Discard `consumed` bytes and come back when there are more.
        case needInput(consumed: Int)
        /// Send this reply, discard, and call again.
        case reply(Reply, consumed: Int)
        /// Consult the plugins. Until ``ServerSession/answer(_:)`` nothing is consumed.
        case ask(Question, consumed: Int)
        /// These bytes are message text, dots already taken out.
        case store(Range<Int>, consumed: Int)
        /// The message is whole: make it durable, then answer.
        case commit(consumed: Int)
        /// Send this reply and close; nothing behind it is read.
        case close(Reply)
    }

    public enum Question: Sendable, Equatable {
        /// May this client speak at all? Open from the beginning.
        case connect
        /// The host is printable ASCII, as the client wrote it.
        case hello(HelloVerb, host: String)
        case mail(MailCommand)
        case recipient(Address)
        /// May the message come? Accepted: 354.
        case data
        /// The message had more than ``Limits/messageBytes``; it is refused whatever is answered.
        case tooBig(bytes: UInt64)
        case verify(String)
        case noop
        /// Always accepted: RFC 5321 §4.1.1.5.
        case reset
        /// Always accepted: RFC 5321 §4.1.1.10.
        case quit
        case help(String)
        /// The verb in upper case, and what stands behind it. Both may hold any character but CR, LF and NUL.
        case unrecognized(verb: String, rest: String)
    }

    public enum Answer: Sendable, Equatable {
        /// Yes, with these words; nil: the session's own. `adding`: capabilities for the reply to EHLO, one line each.
        ///
        /// For ``Question/unrecognized(verb:rest:)`` nil says that nobody took the command.
        case accept(Reply?, adding: [String] = [])
        /// No; the reply's code is 400 or more.
        case refuse(Reply, then: Afterwards)
    }

    /// What becomes of the session behind a refusal.
    public enum Afterwards: Sendable, Equatable {
        case stay
        /// Every later command gets the same reply, only QUIT is honoured.
        case loop
        case close
    }

    public let policy: Policy
    public let limits: Limits
    private var phase = Phase.asking(.connect, Standing())
    /// Whether the client sent something before it was greeted: RFC 5321 §4.3.1 has it wait.
    public private(set) var sawEarlyTalk = false

    public init(policy: Policy, limits: Limits = Limits()) {
        self.policy = policy
        self.limits = limits
    }

    /// Looks at the unread bytes and says what to do.
    public mutating func next(_ input: Span<UInt8>) -> Action {
        if !input.isEmpty, phase.isUngreeted { sawEarlyTalk = true }
        return policy.worded(phase.advance(input, policy, limits))
    }

    /// Settles the open question or the commit; the action is a reply that consumes nothing, or a close.
    public mutating func answer(_ answer: Answer) -> Action {
        policy.worded(phase.settle(answer, policy, limits))
    }

    /// The client was silent for too long: RFC 5321 §4.5.3.2.7.
    public mutating func deadlinePassed() -> Action {
        policy.worded(phase.end(.timeout(policy)))
    }

    /// The server wants to stop; nil while a transaction or a question is open, then ask again later.
    public mutating func shuttingDown() -> Action? {
        guard phase.isInterruptible else { return nil }
        return policy.worded(phase.end(.shutdown(policy)))
    }

    /// From an accepted MAIL to the answer of the commit, RSET, a new greeting or the end.
    public var transactionIsOpen: Bool { phase.transaction != nil }

    /// Whether a question waits for its answer, a commit included.
    public var questionIsOpen: Bool { phase.isAsking }

    /// Whether message text is awaited, so that the deadline for text is right.
    public var isReceivingText: Bool { phase.isReceiving }

    public var isClosed: Bool { phase.isClosed }
}
