/// What DNS said to a question, or why it said nothing.
public struct Answer: Hashable, Sendable {
    public enum Outcome: Hashable, Sendable {
        /// There are records; all of them may have been malformed.
        case found
        /// The name is there, but has no record of the type.
        case noData
        /// There is no such name (NXDOMAIN).
        case noSuchName
        /// The servers failed or refused; another time they may not.
        case failed(reason: String)
        /// The answer contradicts its signatures, or those are missing or too old; the reason is libunbound's.
        case bogus(reason: String)
        /// Nothing came within the time that was given.
        case timedOut
        /// The resolver was stopped.
        case stopped
    }

    public let question: Question
    public let outcome: Outcome
    /// In the order in which they came; empty unless `outcome` is `found`.
    public let records: [Record]
    /// How many records were left out because they could not be read.
    public let malformed: Int
    /// How long this may be believed; zero when nothing was learnt.
    public let timeToLive: Duration
    /// Whether DNSSEC proves it, also that there is nothing.
    public let isSecure: Bool
    /// The name that has the records, when the one asked for is an alias.
    public let canonicalName: Name

    public init(
        _ question: Question,
        _ outcome: Outcome,
        records: [Record] = [],
        malformed: Int = 0,
        timeToLive: Duration = .zero,
        isSecure: Bool = false,
        canonicalName: Name? = nil
    ) {
        self.question = question
        self.outcome = outcome
        self.records = records
        self.malformed = malformed
        self.timeToLive = timeToLive
        self.isSecure = isSecure
        self.canonicalName = canonicalName ?? question.name
    }
}

extension Answer {
    /// Why nothing is known, for the log; nil when DNS has answered, be it that there is nothing.
    public var fault: String? {
        switch outcome {
        case .found, .noData, .noSuchName: nil
        case .failed(let reason): "\(question): \(reason)"
        case .bogus(let reason): "\(question): DNSSEC validation failed: \(reason)"
        case .timedOut: "\(question): no answer in time"
        case .stopped: "\(question): the resolver is stopped"
        }
    }

    public var addresses: [HostAddress] {
        records.compactMap { if case .address(let address) = $0 { address } else { nil } }
    }
    public var mailExchangers: [MailExchanger] { records.compactMap { if case .mx(let mx) = $0 { mx } else { nil } } }
    public var texts: [[UInt8]] { records.compactMap { if case .txt(let bytes) = $0 { bytes } else { nil } } }
    public var tlsa: [HostKey] { records.compactMap { if case .tlsa(let tlsa) = $0 { tlsa } else { nil } } }

    /// What PTR, CNAME and NS records point at.
    public var names: [Name] {
        records.compactMap { record in
            switch record {
            case .ptr(let name), .cname(let name), .ns(let name): name
            case .address, .mx, .txt, .tlsa, .other: nil
            }
        }
    }
}
