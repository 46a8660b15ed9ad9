internal import Mail

/// A message on its way to a host, in one transaction after another if it has many recipients.
struct ClientTransaction {
    /// Whose reply is awaited next.
    enum Awaited: Equatable {
        case mail
        /// By its place among those of this transaction.
        case recipient(Int)
        case data
        /// The reply to a chunk that isn't the last.
        case chunk
        /// The end of a message that nobody gets, sent because DATA was accepted all the same: RFC 2920 §3.1.
        case void
        /// The end of the message; in LMTP that of the recipient at this place among the accepted.
        case end(Int)
    }

    let envelope: Envelope
    let messageBytes: UInt64
    /// The recipients of the transaction under way, by their place in the envelope.
    private(set) var range = 0..<0
    /// What became of each of them.
    private(set) var outcomes: [ClientSession.Outcome?] = []
    /// Those whom the host takes, by their place in the range.
    private(set) var accepted: [Int] = []
    var awaited = Awaited.mail
    /// Why MAIL was refused, while the replies to what was sent along are awaited.
    var refusal: ClientSession.Setback?
    /// Whether DATA went along with the recipients.
    var hasSentData = false
    /// Whether MAIL and the recipients left together.
    var isGrouped = false
    /// Bytes of the message that went out in chunks.
    var chunked: UInt64 = 0

    init(_ envelope: Envelope, messageBytes: UInt64) {
        self.envelope = envelope
        self.messageBytes = messageBytes
    }

    var isDone: Bool { range.upperBound == envelope.recipients.count }

    /// Goes on to as many of the next recipients as one transaction takes.
    mutating func advance(_ capabilities: Capabilities, _ limits: ClientLimits) {
        let start = range.upperBound
        let most = min(limits.recipients, capabilities.recipients ?? .max)
        var end = start
        var domains: Set<String> = []
        while end < envelope.recipients.count, end - start < most {
            domains.insert(envelope.recipients[end].address.domain)
            // RFC 9422 §4.3.
            if let bound = capabilities.recipientDomains, domains.count > bound { break }
            end += 1
        }
        begin(start..<end)
        let takesUnicode = capabilities.extensions.contains(.smtputf8)
        for place in range where !takesUnicode && !envelope.recipients[place].address.isASCII {
            outcomes[place - start] = .failed(.unicodeRecipient)
        }
    }

    /// Leaves those who are settled behind.
    mutating func skip() { begin(range.upperBound..<range.upperBound) }

    private mutating func begin(_ range: Range<Int>) {
        self.range = range
        outcomes = Array(repeating: nil, count: range.count)
        accepted = []
        awaited = .mail
        refusal = nil
        hasSentData = false
        isGrouped = false
        chunked = 0
    }

    /// The next recipient of this transaction about whom nothing is known, at or behind a place.
    func open(from place: Int) -> Int? { (place..<range.count).first { outcomes[$0] == nil } }

    func recipient(_ place: Int) -> Recipient { envelope.recipients[range.lowerBound + place] }

    mutating func accept(_ place: Int) { accepted.append(place) }

    mutating func settle(_ place: Int, _ outcome: ClientSession.Outcome) { outcomes[place] = outcome }

    /// Settles all who are still open.
    mutating func settle(_ outcome: ClientSession.Outcome) {
        for place in outcomes.indices where outcomes[place] == nil { outcomes[place] = outcome }
    }

    /// Takes everybody who is left into the range.
    mutating func takeAll() {
        let missing = envelope.recipients.count - range.upperBound
        range = range.lowerBound..<envelope.recipients.count
        outcomes.append(contentsOf: repeatElement(nil, count: missing))
    }

    /// Whether the message or an address in this transaction can't go without SMTPUTF8.
    var needsUnicode: Bool {
        envelope.isUTF8 || !envelope.sender.isASCII || range.contains { !envelope.recipients[$0].address.isASCII }
    }

    /// Why the host can't take the message whoever it is for; nil if it can.
    func obstacle(_ terms: ClientTerms) -> ClientSession.Setback? {
        if envelope.options?.requiresTLS == true, !terms.offers(.requireTLS) || terms.tls == nil || !terms.isVerified {
            return .unprotected
        }
        if let limit = terms.capabilities.messageBytes, messageBytes > limit { return .tooBig(limit: limit) }
        if envelope.isUTF8 || !envelope.sender.isASCII, !terms.offers(.smtputf8) { return .unicode }
        if envelope.isBinary { return terms.offers([.chunking, .binaryMIME]) ? nil : .binary }
        return envelope.is8Bit && !terms.offers(.eightBitMIME) ? .eightBit : nil
    }

    /// Whether the message goes by BDAT.
    func isChunked(_ terms: ClientTerms) -> Bool {
        envelope.isBinary || (terms.policy.prefersChunking && terms.offers(.chunking))
    }

    /// The next chunk.
    func chunk(_ limits: ClientLimits) -> Range<UInt64> {
        chunked..<(chunked + min(messageBytes - chunked, limits.chunkBytes))
    }
}
