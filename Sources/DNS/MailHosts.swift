/// Who takes a domain's mail, out of the answer to its MX question (RFC 5321 §5.1).
public enum MailHosts: Hashable, Sendable {
    /// Never empty, in the order in which they are to be tried; DANE needs `isSecure` (RFC 7672 §2.2.1).
    case hosts([MailHost], isSecure: Bool, timeToLive: Duration)
    /// The domain says that it takes none (RFC 7505).
    case noMail
    case noSuchDomain
    /// Not now; another time it may be known.
    case unknown(reason: String)

    /// Judges the answer; hosts of equal preference come in random order.
    public init(_ answer: Answer, shuffledBy generator: inout some RandomNumberGenerator) {
        switch answer.outcome {
        case .found:
            self = Self.among(answer, shuffledBy: &generator)
        case .noData:
            // An alias was followed, and what it points at is the domain then.
            let host = MailHost(name: answer.canonicalName, preference: 0, isImplicit: true)
            self = .hosts([host], isSecure: answer.isSecure, timeToLive: answer.timeToLive)
        case .noSuchName:
            self = .noSuchDomain
        case .failed, .bogus, .timedOut, .stopped:
            self = .unknown(reason: answer.fault ?? "no answer")
        }
    }

    private static func among(_ answer: Answer, shuffledBy generator: inout some RandomNumberGenerator) -> MailHosts {
        let exchangers = answer.mailExchangers
        if exchangers.isEmpty { return .unknown(reason: "\(answer.question): no record can be read") }
        var seen: Set<Name> = [.root]
        // RFC 7505 §3: the root must stand alone; beside others it is no host at all.
        let hosts = exchangers.shuffled(using: &generator).sorted { $0.preference < $1.preference }
            .filter { seen.insert($0.host).inserted }
            .map { MailHost(name: $0.host, preference: $0.preference) }
        if hosts.isEmpty { return .noMail }
        return .hosts(hosts, isSecure: answer.isSecure, timeToLive: answer.timeToLive)
    }
}

extension Resolver {
    /// Finds who takes a domain's mail.
    ///
    /// `take` runs where that of `look(up:within:_:)` does.
    public func findMailHosts(
        of domain: Name,
        within patience: Duration = Resolver.patience,
        _ take: @escaping @Sendable (MailHosts) -> Void
    ) {
        look(up: Question(domain, .mx), within: patience) { answer in
            var generator = SystemRandomNumberGenerator()
            take(MailHosts(answer, shuffledBy: &generator))
        }
    }

    /// Finds who takes a domain's mail.
    public func mailHosts(of domain: Name, within patience: Duration = Resolver.patience) async -> MailHosts {
        var generator = SystemRandomNumberGenerator()
        return MailHosts(await answer(to: Question(domain, .mx), within: patience), shuffledBy: &generator)
    }
}
