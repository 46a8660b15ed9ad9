public import Mail
public import SMTP
internal import System
public import Wire

/// Carries messages to one host over one connection.
///
/// The first message may be given at any time, before ``begin()`` best, each further one when
/// ``CourierObserver/ready(_:)`` was called again. Usable from any thread.
public final class Courier: Sendable {
    /// So many recipients in one transaction at most, whatever the limits say: their commands are written in one piece.
    private static let mostRecipients = 500

    private let dialer: Dialer
    private let hop: Hop
    private let outcall: Outcall
    private let conversation: Conversation

    /// Makes a courier that has yet to begin.
    ///
    /// The limits are what the host may ask of us, and for how long; the recipients of a transaction are 500 at most.
    /// Without cryptography SCRAM and CRAM-MD5 aren't used.
    public init(
        _ dialer: Dialer,
        _ hop: Hop,
        limits: ClientLimits = ClientLimits(),
        cryptography: (any SASLCryptography)? = nil,
        observer: any CourierObserver
    ) {
        var limits = limits
        limits.recipients = min(limits.recipients, Self.mostRecipients)
        (self.dialer, self.hop) = (dialer, hop)
        conversation = Conversation(hop, limits, cryptography, observer)
        outcall = dialer.prepare(conversation)
        conversation.outcall = outcall
    }

    /// Begins to connect, once; the observer is told nothing before, and everything up to the end from then on.
    public func begin() {
        let security = hop.beginsWithTLS ? hop.security : nil
        dialer.begin(outcall, hop.target, security: security, timeout: hop.connectTimeout)
    }

    /// Gives a message; each of its recipients is told of in one ``CourierObserver/settled(_:_:because:)``.
    ///
    /// What ``ClientSession/deliver(_:messageBytes:)`` asks of an envelope holds here. Unless the envelope is binary,
    /// each line of the message ends in CRLF, and no CR or LF stands alone: a host could take what is behind it for
    /// commands, so that writing such a message stops the program. Whoever queues messages sees to that before (RFC
    /// 5321 §2.3.8).
    ///
    /// False when the connection is over or ``quit()`` was said: then nothing is told of the message.
    public func deliver(_ envelope: Envelope, _ source: any MessageSource) -> Bool {
        let isTaken = conversation.inbox.withLock { inbox in
            guard !inbox.isOver, !inbox.isQuitting, !inbox.isAbandoned else { return false }
            precondition(!inbox.isBusy, "a courier takes the next message when it is ready")
            inbox.isBusy = true
            inbox.delivery = CourierInbox.Delivery(envelope: envelope, source: source)
            return true
        }
        if isTaken { outcall.wake() }
        return isTaken
    }

    /// Says QUIT, once no message is under way.
    public func quit() {
        let isIdle = conversation.inbox.withLock { inbox in
            inbox.isQuitting = true
            return !inbox.isBusy && !inbox.isConnected
        }
        if isIdle { outcall.close() } else { outcall.wake() }
    }

    /// Closes the connection at once; a message under way is as if the host had closed it.
    ///
    /// A message whose end was sent may arrive all the same, and its outcome says so: `lost(at: .endOfText)`.
    public func abandon() {
        conversation.inbox.withLock { $0.isAbandoned = true }
        outcall.abandon()
    }
}
