/// Where a host is, out of the answers to its AAAA and A questions.
public enum HostAddresses: Hashable, Sendable {
    /// Found, with everything that was learnt on the way.
    public struct Found: Hashable, Sendable {
        /// Never empty, in the order in which they are to be tried.
        public let addresses: [HostAddress]
        /// Whether DNSSEC proves them; without it TLSA records mean nothing (RFC 7672 §2.2.2).
        public let isSecure: Bool
        /// The host's own name when the one asked for is an alias; TLSA records are looked for there first.
        public let canonicalName: Name
        public let timeToLive: Duration
        /// Why the addresses of one family are not among them, when DNS didn't say.
        public let fault: String?
    }

    case found(Found)
    /// The host has no address, or isn't there.
    case none
    /// Not now; another time it may be known.
    case unknown(reason: String)

    /// Joins the answers about both families.
    public init(_ answers: [Answer], preferring preference: AddressPreference) {
        let fault = answers.lazy.compactMap(\.fault).first
        let addresses = preference.order(answers.flatMap(\.addresses))
        let said = answers.filter { $0.fault == nil }
        if let first = said.first(where: { !$0.addresses.isEmpty }) {
            let found = Found(
                addresses: addresses,
                isSecure: said.allSatisfy(\.isSecure),
                canonicalName: first.canonicalName,
                timeToLive: said.map(\.timeToLive).min() ?? .zero,
                fault: fault
            )
            self = .found(found)
        } else if let fault {
            self = .unknown(reason: fault)
        } else if answers.contains(where: { $0.malformed > 0 }) {
            self = .unknown(reason: "\(answers[0].question.name): no record can be read")
        } else {
            self = .none
        }
    }
}

extension Resolver {
    /// Finds a host's addresses, both families at once.
    ///
    /// `take` runs where that of `look(up:within:_:)` does.
    public func findAddresses(
        of host: Name,
        preferring preference: AddressPreference = .either,
        within patience: Duration = Resolver.patience,
        _ take: @escaping @Sendable (HostAddresses) -> Void
    ) {
        look(up: [Question(host, .aaaa), Question(host, .a)], within: patience) { answers in
            take(HostAddresses(answers, preferring: preference))
        }
    }

    /// Finds a host's addresses, both families at once.
    public func addresses(
        of host: Name,
        preferring preference: AddressPreference = .either,
        within patience: Duration = Resolver.patience
    ) async -> HostAddresses {
        await withCheckedContinuation { continuation in
            findAddresses(of: host, preferring: preference, within: patience) { continuation.resume(returning: $0) }
        }
    }
}
