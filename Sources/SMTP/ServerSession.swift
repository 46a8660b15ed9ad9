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
        /// Send these replies, one for each recipient in order, discard, and call again: RFC 2033 §4.2.
        case replies([Reply], consumed: Int)
        /// Consult the plugins. Until ``ServerSession/answer(_:)`` nothing is consumed.
        case ask(Question, consumed: Int)
        /// These bytes are message text, dots already taken out.
        case store(Range<Int>, consumed: Int)
        /// The message is whole: make it durable, then answer.
        case commit(consumed: Int)
        /// Send this reply, drop whatever is unread, go over to TLS, then call ``ServerSession/tlsStarted(_:)``.
        ///
        /// Until then the session hears nothing: what it is shown it has the driver drop.
        case startTLS(Reply, consumed: Int)
        /// Send this reply and close; nothing behind it is read.
        case close(Reply)
    }

    public enum Question: Sendable, Equatable {
        /// May this client speak at all? Open from the beginning.
        case connect
        /// The host is printable ASCII, as the client wrote it.
        case hello(HelloVerb, host: String)
        /// What only a plugin knows of a user; to be answered with ``Answer/authenticate(_:)`` or a refusal.
        case authenticate(SASLExchange.Question)
        case mail(MailCommand)
        case recipient(RecipientCommand)
        /// May the message come? Accepted: 354, or the first chunk.
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
        /// A line "AUTH mechanism ..." names mechanisms that are offered from then on, as far as the connection allows.
        /// For ``Question/unrecognized(verb:rest:)`` nil says that nobody took the command.
        case accept(Reply?, adding: [String] = [])
        /// What is known of the user.
        case authenticate(SASLExchange.Answer)
        /// Where LMTP is spoken, the fate of a whole message: one reply for each recipient that was accepted.
        ///
        /// The other answers stand for all of them.
        case acceptEach([Reply])
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

    private var terms: Terms
    private var phase = Phase.asking(.connect, Standing())
    /// Whether the client sent something before it was greeted: RFC 5321 §4.3.1 has it wait.
    public private(set) var sawEarlyTalk = false

    /// Begins a conversation.
    ///
    /// - Parameters:
    ///   - rules: what it is held by.
    ///   - openedAt: the wall's time in seconds since 1970, which FUTURERELEASE needs; 0 if it isn't known.
    public init(_ rules: SessionRules, openedAt: Int64 = 0) {
        terms = Terms(rules, openedAt: openedAt)
    }

    /// Begins a conversation that shares its rules with no other.
    public init(
        policy: Policy,
        limits: Limits = Limits(),
        cryptography: (any SASLCryptography)? = nil,
        openedAt: Int64 = 0
    ) {
        self.init(SessionRules(policy: policy, limits: limits, cryptography: cryptography), openedAt: openedAt)
    }

    public var policy: Policy { terms.policy }
    public var limits: Limits { terms.limits }

    /// Looks at the unread bytes and says what to do.
    public mutating func next(_ input: Span<UInt8>) -> Action {
        if !input.isEmpty, phase.isUngreeted { sawEarlyTalk = true }
        let action = phase.advance(input, &terms)
        count(action)
        return terms.isWordy ? action : terms.policy.worded(action)
    }

    /// Settles the open question or the commit.
    ///
    /// The action consumes nothing. It is a reply (or replies, or a close); ``Action/needInput(consumed:)`` where
    /// an accepted ``Question/data`` of BDAT says nothing yet; another ``Question/authenticate(_:)`` where a mechanism has
    /// one.
    public mutating func answer(_ answer: Answer) -> Action {
        let action = phase.settle(answer, &terms)
        count(action)
        return terms.isWordy ? action : terms.policy.worded(action)
    }

    /// The handshake that ``Action/startTLS(_:consumed:)`` asked for is done, and everything begins anew.
    ///
    /// Where TLS comes before the greeting, it is called while ``Question/connect`` is open.
    public mutating func tlsStarted(_ facts: TLSFacts) { phase.secure(facts, &terms) }

    /// The client turned out to stand for another one, of whom everything is asked anew.
    ///
    /// It comes instead of an answer, while ``Question/unrecognized(verb:rest:)`` is open and no transaction is; from then
    /// on ``Question/connect`` is open. TLS stays, all that was counted or proved is forgotten.
    ///
    /// - Parameters:
    ///   - rules: what holds for the other client.
    ///   - user: who it has proved to be elsewhere.
    ///   - hello: how it greeted elsewhere; nil: it has yet to.
    public mutating func restart(_ rules: SessionRules, user: String? = nil, hello: HelloVerb? = nil) {
        phase.restart(hello)
        terms.restart(rules, user: user)
        sawEarlyTalk = false
    }

    /// The same with another policy, limits and cryptography being as they were.
    public mutating func restart(policy: Policy, user: String? = nil, hello: HelloVerb? = nil) {
        let rules = SessionRules(policy: policy, limits: terms.limits, cryptography: terms.cryptography)
        restart(rules, user: user, hello: hello)
    }

    private mutating func count(_ action: Action) {
        switch action {
        case .reply(let reply, _): if reply.isRefusal { terms.tally.refused(terms.limits) }
        case .replies(let replies, _): if replies.contains(where: \.isRefusal) { terms.tally.refused(terms.limits) }
        case .needInput, .ask, .store, .commit, .startTLS, .close: break
        }
    }

    /// The client was silent for too long: RFC 5321 §4.5.3.2.7.
    public mutating func deadlinePassed() -> Action {
        let action = phase.end(.timeout(terms.policy))
        return terms.isWordy ? action : terms.policy.worded(action)
    }

    /// The server wants to stop; nil while a transaction or a question is open, then ask again later.
    public mutating func shuttingDown() -> Action? {
        guard phase.isInterruptible else { return nil }
        let action = phase.end(.shutdown(terms.policy))
        return terms.isWordy ? action : terms.policy.worded(action)
    }

    /// From an accepted MAIL to the answer of the commit, RSET, a new greeting or the end.
    public var transactionIsOpen: Bool { phase.transaction != nil }

    /// Whether a question waits for its answer, a commit included.
    public var questionIsOpen: Bool { phase.isAsking }

    /// Whether message text is awaited, so that the deadline for text is right.
    public var isReceivingText: Bool { phase.isReceiving }

    /// Whether the message so far holds bytes beyond ASCII, to be asked while its commit is open.
    ///
    /// Many clients send such text without BODY=8BITMIME. To refuse it would lose mail that arrives everywhere else, so it
    /// is taken as it is; whoever sends it on has to treat it as 8BITMIME (RFC 6152 §3).
    public var textIs8Bit: Bool { terms.text.is8Bit }

    public var isClosed: Bool { phase.isClosed }

    /// Whether a handshake is awaited: then nothing may be written, a last reply neither.
    public var isStartingTLS: Bool { phase.isStartingTLS }

    public var isTLS: Bool { terms.tls != nil }

    /// Who the client has proved to be; nil before AUTH, and again behind STARTTLS.
    public var authenticatedUser: String? { terms.user }

    /// The mechanism of the exchange under way.
    public var authMechanism: SASLMechanism? { terms.exchange?.mechanism }

    /// Failed authentications so far, so that the driver can let the next reply wait.
    public var authFailures: Int { terms.tally.authFailures }

    /// The last authentication that came to its end.
    public var lastAuthAttempt: AuthAttempt? { terms.lastAttempt }
}
