internal import Mail

/// What a host offers in its reply to EHLO or LHLO: RFC 5321 §4.1.1.1.
public struct Capabilities: Sendable, Equatable {
    /// BINARYMIME counts only together with CHUNKING: RFC 3030 §3.
    public var extensions: Extensions {
        named.contains(.chunking) ? named : named.subtracting(.binaryMIME)
    }
    private var named: Extensions = []
    /// The most bytes of a message; nil where the host names no bound. RFC 1870 §4
    public private(set) var messageBytes: UInt64?
    /// Mechanisms of AUTH that are known here, as the host named them.
    public private(set) var mechanisms: [SASLMechanism] = []
    /// MAILMAX, transactions of a connection: RFC 9422 §4.1.
    public private(set) var transactions: Int?
    /// RCPTMAX, recipients of a transaction: RFC 9422 §4.2.
    public private(set) var recipients: Int?
    /// RCPTDOMAINMAX, different domains of these recipients: RFC 9422 §4.3.
    public private(set) var recipientDomains: Int?
    /// FUTURERELEASE's first number, the longest hold in seconds: RFC 4865 §4.
    public private(set) var longestHold: UInt32?
    /// DELIVERBY's number, the fewest seconds of BY=...;R: RFC 2852 §3.
    public private(set) var shortestDeadline: UInt32?

    public init() {}

    /// Takes a line of the reply, behind its code; what isn't understood is nothing to us.
    public mutating func take(_ line: Span<UInt8>) {
        var at = 0
        guard let keyword = Self.word(line, &at) else { return }
        // What servers said before RFC 2554: "AUTH=LOGIN PLAIN".
        let isOldAuth = keyword.count > 5 && line.holds("AUTH=", at: keyword.lowerBound..<(keyword.lowerBound + 5))
        if isOldAuth {
            at = keyword.lowerBound + 5
            takeMechanisms(line, from: at)
            return
        }
        guard let text = line.text(keyword), let known = Extensions(keyword: text) else { return }
        named.formUnion(known)
        switch known {
        case .size: takeSize(line, from: at)
        case .auth: takeMechanisms(line, from: at)
        case .limits: takeLimits(line, from: at)
        case .futureRelease: longestHold = Self.number(line, Self.word(line, &at))
        case .deliverBy: shortestDeadline = Self.number(line, Self.word(line, &at))
        default: break
        }
    }

    /// The next word of a line; nil at its end.
    private static func word(_ line: Span<UInt8>, _ at: inout Int) -> Range<Int>? {
        while at < line.count, line[at].isBlank { at += 1 }
        let start = at
        while at < line.count, !line[at].isBlank { at += 1 }
        return at > start ? start..<at : nil
    }

    private static func number(_ line: Span<UInt8>, _ word: Range<Int>?) -> UInt32? {
        guard let word, let number = line.number(word, digits: 9) else { return nil }
        return UInt32(number)
    }

    private mutating func takeSize(_ line: Span<UInt8>, from start: Int) {
        var at = start
        guard let word = Self.word(line, &at), let bytes = line.number(word, digits: 18) else { return }
        // RFC 1870 §4: 0 is no bound.
        messageBytes = bytes == 0 ? nil : UInt64(bytes)
    }

    private mutating func takeMechanisms(_ line: Span<UInt8>, from start: Int) {
        named.insert(.auth)
        var at = start
        while let word = Self.word(line, &at) {
            guard let mechanism = SASLMechanism(line.extracting(word)), !mechanisms.contains(mechanism) else {
                continue
            }
            mechanisms.append(mechanism)
        }
    }

    /// `NAME=NUMBER ...`; a number of 0 would forbid everything and is ignored, as RFC 9422 §3 has it for what is wrong.
    private mutating func takeLimits(_ line: Span<UInt8>, from start: Int) {
        var at = start
        while let word = Self.word(line, &at) {
            guard let sign = word.first(where: { line[$0] == UInt8(ascii: "=") }),
                let value = line.number((sign + 1)..<word.upperBound, digits: 6), value > 0
            else { continue }
            let name = word.lowerBound..<sign
            if line.holds("MAILMAX", at: name) { transactions = Int(value) }
            if line.holds("RCPTMAX", at: name) { recipients = Int(value) }
            if line.holds("RCPTDOMAINMAX", at: name) { recipientDomains = Int(value) }
        }
    }
}
