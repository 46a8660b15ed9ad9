/// What the administrator decided about how the server speaks.
public struct Policy: Sendable, Equatable {
    /// Whether TLS can be had, and must.
    public enum StartTLS: Sendable, Equatable {
        /// There is no such command.
        case off
        case offered
        /// Without TLS everything but NOOP, EHLO, STARTTLS and QUIT is 530 5.7.0: RFC 3207 §4.
        ///
        /// Not for a server that the whole world sends to.
        case required
        /// It is offered, but every try is 454 4.7.0, as long as the server has no key that works.
        case brokenForNow
    }

    /// The name that the server goes by.
    public var hostname: String
    /// The lines of the greeting, each behind "220 "; the first should begin with the host's name (RFC 5321 §4.3.1).
    ///
    /// Empty: "<hostname> ESMTP Haraka ready".
    public var greeting: [String] = []
    /// Ends the first line of the reply to HELO and EHLO.
    public var helloText = "Haraka is at your service."
    /// Stands behind the host's name in the reply to QUIT.
    public var closeText = "closing connection. Have a jolly good day."
    /// Bytes announced with SIZE and held against the client's own announcement.
    ///
    /// nil: ``Limits/messageBytes``; 0: no bound is announced (RFC 1870 §3).
    public var sizeLimit: UInt64?
    /// Extensions that aren't offered; their parameters are then unknown.
    ///
    /// At first those that make promises, and those that a driver has to know of.
    public var switchedOff: Extensions = [.promises, .chunking, .binaryMIME, .limits]
    /// Whether addresses must follow RFC 5321 to the letter.
    ///
    /// False takes what careless clients send: ``Mail/Address/Syntax/tolerant`` says what.
    public var strictAddresses = true
    /// The product's version in the default greeting; nil hides it.
    public var shownVersion: String?
    /// Whether LMTP is spoken instead of SMTP: RFC 2033.
    public var isLMTP = false
    public var startTLS = StartTLS.off
    /// The SASL mechanisms that somebody serves, in the order in which they are offered; none: there is no AUTH.
    public var mechanisms: [SASLMechanism] = []
    /// Whether AUTH is hidden and refused (538 5.7.11) without TLS.
    public var authNeedsTLS = true
    /// Whether MAIL without AUTH is 530 5.7.0, as on a submission port: RFC 6409 §4.3.
    public var requiresAuth = false
    /// Whether a client that sends on behind DATA or AUTH before it has heard the reply is cut off with 554 5.5.0.
    ///
    /// RFC 2920 §3.1 has these end a group: were they refused, what comes behind would be read as commands.
    public var forbidsEarlyInput = true
    /// Seconds that a message may be held back with FUTURERELEASE; 0: it isn't offered.
    public var longestHold: UInt32 = 0
    /// The least number of seconds that BY= may ask for with mode R, told in the reply to EHLO; 0: any.
    public var shortestDeadline: UInt32 = 0
    /// The name of the priority profile that MT-PRIORITY is told with: RFC 6710 §5.
    public var priorityProfile: String?

    public init(hostname: String) { self.hostname = hostname }

    /// Whether SMTPUTF8 is offered.
    public var smtputf8: Bool {
        get { !switchedOff.contains(.smtputf8) }
        set { if newValue { switchedOff.remove(.smtputf8) } else { switchedOff.insert(.smtputf8) } }
    }

    func offers(_ extension: Extensions) -> Bool { switchedOff.isDisjoint(with: `extension`) }
}
