/// What the administrator decided about how the server speaks.
public struct Policy: Sendable, Equatable {
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
    public var switchedOff: Extensions = []
    /// Whether addresses must follow RFC 5321 to the letter.
    ///
    /// False takes what careless clients send: ``Mail/Address/Syntax/tolerant`` says what.
    public var strictAddresses = true
    /// The product's version in the default greeting; nil hides it.
    public var shownVersion: String?

    public init(hostname: String) { self.hostname = hostname }

    /// Whether SMTPUTF8 is offered.
    public var smtputf8: Bool {
        get { !switchedOff.contains(.smtputf8) }
        set { if newValue { switchedOff.remove(.smtputf8) } else { switchedOff.insert(.smtputf8) } }
    }

    func offers(_ extension: Extensions) -> Bool { switchedOff.isDisjoint(with: `extension`) }
}
