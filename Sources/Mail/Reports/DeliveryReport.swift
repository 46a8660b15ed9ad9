/// What a sender is told about a message: a delivery status notification before it is written down. RFC 3464
///
/// Texts in it may hold anything; ``mail(returning:template:terms:)`` lets none of them out of its place.
public struct DeliveryReport: Sendable, Equatable {
    /// What the report is about, and so which words it begins with.
    public enum Kind: String, Sendable, CaseIterable {
        case failure, delay, success, relayed, expanded
    }

    public var kind: Kind
    /// This server's name.
    public var reportingHost: String
    /// When this server got the message.
    public var arrival: MailDate?
    /// ENVID=, xtext decoded; never the Message-ID.
    public var envelopeID: String?
    /// Whom the report is for: the message's reverse path.
    public var sender: Address
    /// RET=, how much of the message was asked for; nil where nobody asked.
    public var returnedContent: MailOptions.ReturnedContent?
    /// Whether the message was to travel by TLS only: then its text doesn't come back. RFC 8689 §5
    public var requiresTLS: Bool
    /// MT-PRIORITY= of the message, which is the report's too: RFC 6710.
    public var priority: Int8?
    /// Whether the message came with SMTPUTF8, so that the way back has it too: RFC 6533.
    public var isUTF8: Bool
    /// At least one.
    public var recipients: [Recipient]
    /// One line for {reason} in templates; nil takes it from the first recipient whom the report is about.
    public var reason: String?

    /// A report about the message that had this envelope, for its sender.
    public init(
        _ kind: Kind,
        reportingHost: String,
        original: Envelope,
        arrival: MailDate? = nil,
        recipients: [Recipient],
        reason: String? = nil
    ) {
        self.kind = kind
        self.reportingHost = reportingHost
        self.arrival = arrival
        self.recipients = recipients
        self.reason = reason
        sender = original.sender
        isUTF8 = original.isUTF8
        let options = original.options
        envelopeID = options?.envelopeID
        returnedContent = options?.returnedContent
        requiresTLS = options?.requiresTLS ?? false
        priority = options?.priority
    }

    /// Those to whom happened what the report is about; all if that is nobody.
    var concerned: [Recipient] {
        let action: Recipient.Action =
            switch kind {
            case .failure: .failed
            case .delay: .delayed
            case .success: .delivered
            case .relayed: .relayed
            case .expanded: .expanded
            }
        let concerned = recipients.filter { $0.action == action }
        return concerned.isEmpty ? recipients : concerned
    }

    /// Whether UTF-8 may stand where mail has been ASCII: the sender has shown that it comes through.
    var allowsUTF8: Bool { isUTF8 || !sender.isASCII }
}
