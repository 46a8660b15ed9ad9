public import Mail

/// The calling half of an SMTP or LMTP conversation, as a value: unread bytes are shown to it, actions come out.
///
/// It keeps no input beyond the words of a reply under way, and never the message: actions say which bytes of it to send.
/// The driver calls ``next(_:)`` with what is unread, performs the action, discards what it consumed, and calls again
/// until it needs input. The other events return an action in the same way; they consume nothing.
///
/// A message is given with ``deliver(_:messageBytes:)``, at any time before the first ``Action/ready(consumed:)`` or
/// behind one. Each of its recipients gets its ``Outcome`` in exactly one ``Action/settled(_:_:consumed:)``.
public struct ClientSession: ~Copyable {
    public enum Action: Sendable, Equatable {
        /// Discard `consumed` bytes, and come back when there are more or the wait is over.
        ///
        /// A wait with another number than the last begins now; with the same it goes on. nil: nothing is owed.
        case needInput(consumed: Int, Wait?)
        /// Send this, discard, and call again.
        ///
        /// While ``ClientSession/isAuthenticating`` it may hold secrets.
        case write([UInt8], consumed: Int)
        /// Discard, begin the handshake, then call ``ClientSession/tlsStarted(_:isVerified:)`` or
        /// ``ClientSession/tlsFailed()``.
        case startTLS(consumed: Int)
        /// Send the message or this part of it, and call ``ClientSession/messageWritten()`` when it is written.
        ///
        /// Meanwhile input is shown as ever: a host may refuse before it has heard all.
        case sendMessage(MessageForm, consumed: Int)
        /// What became of these recipients, by their place in the envelope; one outcome for each.
        case settled(Range<Int>, [Outcome], consumed: Int)
        /// The next message may be given, or ``ClientSession/quit()`` be said.
        case ready(consumed: Int)
        /// Close the connection: everything was said, or this is why the host can't be used.
        case close(Setback?, consumed: Int)
    }

    /// How the message goes over the wire.
    public enum MessageForm: Sendable, Equatable {
        /// All of it, through ``DotStuffing``, its end included: RFC 5321 §4.5.2.
        case dotStuffed
        /// These bytes of it as they are: RFC 3030.
        case chunk(Range<UInt64>)
    }

    /// How long the peer may take for its next reply.
    public struct Wait: Sendable, Equatable {
        /// Tells one wait from another.
        public let number: UInt64
        /// RFC 5321 §4.5.3.2.
        public let limit: Duration
    }

    /// What became of one recipient.
    public enum Outcome: Sendable, Equatable {
        /// The host has taken the message over.
        case delivered(Reply)
        /// Later perhaps.
        case deferred(Setback)
        /// Never.
        case failed(Setback)
    }

    private var terms: ClientTerms
    private var phase = ClientPhase.asking(.greeting)

    /// Begins with a connection that is open, or opening.
    ///
    /// - Parameters:
    ///   - policy: how this host is to be spoken to.
    ///   - limits: what it may ask of us, and for how long.
    ///   - cryptography: what SCRAM and CRAM-MD5 need; without it they aren't used.
    public init(
        policy: ClientPolicy,
        limits: ClientLimits = ClientLimits(),
        cryptography: (any SASLCryptography)? = nil
    ) {
        terms = ClientTerms(policy: policy, limits: limits, cryptography: cryptography)
    }

    public var policy: ClientPolicy { terms.policy }
    public var limits: ClientLimits { terms.limits }

    /// What the host offered last; nothing before its reply to EHLO, and again behind STARTTLS.
    public var capabilities: Capabilities { terms.capabilities }

    /// Looks at the unread bytes and says what to do.
    public mutating func next(_ input: Span<UInt8>) -> Action { counted(phase.advance(input, &terms)) }

    /// Gives a message: to whom the envelope's recipients say, of so many bytes before any dot is stuffed.
    ///
    /// Nobody among the recipients may be dropped, and there is at least one. The envelope says truly whether the message is
    /// 8-bit, binary (lines that don't end in CRLF) or internationalized: a host that can't take it isn't given it. HOLDFOR and HOLDUNTIL are not passed on, they
    /// are kept by whoever queues; BY is, with the seconds that the envelope says are left.
    public mutating func deliver(_ envelope: Envelope, messageBytes: UInt64) -> Action {
        precondition(!envelope.recipients.isEmpty, "a message is for somebody")
        precondition(!envelope.recipients.contains(where: \.isDropped), "a dropped recipient is not delivered")
        precondition(terms.transaction == nil, "one message is delivered at a time")
        precondition(phase.takesMessage, "a message is given before the session was ready, or when it is")
        terms.transaction = ClientTransaction(envelope, messageBytes: messageBytes)
        return counted(phase.deliver(&terms))
    }

    /// The handshake is done, and everything begins anew; before the greeting too, where TLS comes first.
    ///
    /// The facts are what SCRAM-SHA-256-PLUS binds to; it is verified where it was proved that this is the host that was
    /// meant, and REQUIRETLS asks for that.
    public mutating func tlsStarted(_ facts: TLSFacts, isVerified: Bool = false) -> Action {
        terms.secure(facts, isVerified: isVerified)
        return counted(phase.tlsStarted(&terms))
    }

    /// The handshake failed, or showed a host that the driver doesn't trust.
    public mutating func tlsFailed() -> Action { counted(phase.tlsFailed(&terms)) }

    /// All of what ``Action/sendMessage(_:consumed:)`` asked for is written.
    public mutating func messageWritten() -> Action { counted(phase.messageWritten(&terms)) }

    /// The connection is gone; what had come before was shown to ``next(_:)``.
    public mutating func peerClosed() -> Action { counted(phase.peerClosed(&terms)) }

    /// The host took longer than the ``Wait`` has it; where there was none, the connection was idle for long enough.
    public mutating func deadlinePassed() -> Action { counted(phase.deadlinePassed(&terms)) }

    /// Ends the conversation; no message may be open.
    public mutating func quit() -> Action {
        precondition(terms.transaction == nil, "a message is being delivered")
        return counted(phase.quit(&terms))
    }

    private mutating func counted(_ action: Action) -> Action {
        if case .needInput = action { return action }
        terms.waits += 1
        return action
    }

    /// Whether a message was given and not all of its recipients are settled.
    public var isDelivering: Bool { terms.transaction != nil }

    /// Whether the last ``Action/sendMessage(_:consumed:)`` isn't written yet.
    public var isSendingMessage: Bool { phase.isSending }

    /// Whether what is written may hold a password.
    public var isAuthenticating: Bool { phase.isAuthenticating }

    public var isAuthenticated: Bool { terms.isAuthenticated }
    public var isTLS: Bool { terms.tls != nil }
    public var isClosed: Bool { phase.isClosed }

    /// MAIL commands so far.
    public var transactions: Int { terms.transactions }
}

extension ClientSession.Action {
    /// Bytes that are done with.
    public var consumed: Int {
        switch self {
        case .needInput(let consumed, _), .write(_, let consumed), .startTLS(let consumed),
            .sendMessage(_, let consumed), .settled(_, _, let consumed), .ready(let consumed),
            .close(_, let consumed):
            consumed
        }
    }

    /// The same, with so many bytes done with.
    func consuming(_ count: Int) -> Self {
        switch self {
        case .needInput(_, let wait): .needInput(consumed: count, wait)
        case .write(let bytes, _): .write(bytes, consumed: count)
        case .startTLS: .startTLS(consumed: count)
        case .sendMessage(let form, _): .sendMessage(form, consumed: count)
        case .settled(let range, let outcomes, _): .settled(range, outcomes, consumed: count)
        case .ready: .ready(consumed: count)
        case .close(let setback, _): .close(setback, consumed: count)
        }
    }
}
