/// What an address is called, and which of the names point back to it.
public enum HostNames: Hashable, Sendable {
    /// `all` is never empty; `confirmed` are those of its first ten that have the address among theirs.
    ///
    /// `fault` says why a name could not be checked.
    case found(all: [Name], confirmed: [Name], fault: String?)
    /// The address has no name.
    case none
    /// Not now; another time it may be known.
    case unknown(reason: String)

    /// A stranger writes his PTR records himself: he doesn't get to have more names looked up (RFC 7208 §4.6.4).
    static let checkedNames = 10
}

extension Resolver {
    /// Finds the names of an address, and asks each for its addresses.
    ///
    /// `take` runs where that of `look(up:within:_:)` does. It may take twice the time that is given.
    public func findNames(
        of address: HostAddress,
        within patience: Duration = Resolver.patience,
        _ take: @escaping @Sendable (HostNames) -> Void
    ) {
        // Weak: an open question doesn't keep a resolver from ending.
        look(up: Question(address.reverseName, .ptr), within: patience) { [weak self] answer in
            if let fault = answer.fault { return take(.unknown(reason: fault)) }
            if answer.names.isEmpty { return take(.none) }
            let questions = answer.names.prefix(HostNames.checkedNames).map { Question($0, address.recordType) }
            guard let self else { return take(.unknown(reason: "the resolver is stopped")) }
            look(up: questions, within: patience) { answers in
                let confirmed = answers.filter { $0.addresses.contains(address) }.map(\.question.name)
                let fault = answers.lazy.compactMap(\.fault).first
                take(.found(all: answer.names, confirmed: confirmed, fault: fault))
            }
        }
    }

    /// Finds the names of an address, and asks each for its addresses.
    public func names(of address: HostAddress, within patience: Duration = Resolver.patience) async -> HostNames {
        await withCheckedContinuation { continuation in
            findNames(of: address, within: patience) { continuation.resume(returning: $0) }
        }
    }
}
