/// What a host's TLSA records say of its certificate (RFC 7672 §2.2).
public enum HostKeys: Hashable, Sendable {
    /// Proven, never empty; which of them SMTP can use the TLS room judges.
    case secure([HostKey], timeToLive: Duration)
    /// There are none, and DNS need not prove it: no DANE, TLS as if DNSSEC weren't there.
    case none
    /// The answer failed, is bogus, or can't be read: this host must not get mail now (RFC 7672 §2.2).
    case unknown(reason: String)

    public init(_ answer: Answer) {
        if let fault = answer.fault {
            self = .unknown(reason: fault)
        } else if !answer.isSecure || answer.outcome != .found {
            self = .none
        } else if answer.tlsa.isEmpty {
            self = .unknown(reason: "\(answer.question): no record can be read")
        } else {
            self = .secure(answer.tlsa, timeToLive: answer.timeToLive)
        }
    }
}

extension Resolver {
    /// Finds a host's TLSA records; ask only when its MX and address answers were secure.
    ///
    /// `take` runs where that of `look(up:within:_:)` does, or on the caller's thread.
    public func findKeys(
        of host: Name,
        port: UInt16 = 25,
        within patience: Duration = Resolver.patience,
        _ take: @escaping @Sendable (HostKeys) -> Void
    ) {
        // No such name can be there when it is too long.
        guard let name = try? host.prefixed(by: "_\(port)._tcp") else { return take(.none) }
        look(up: Question(name, .tlsa), within: patience) { take(HostKeys($0)) }
    }

    /// Finds a host's TLSA records; ask only when its MX and address answers were secure.
    public func keys(
        of host: Name,
        port: UInt16 = 25,
        within patience: Duration = Resolver.patience
    ) async -> HostKeys {
        await withCheckedContinuation { continuation in
            findKeys(of: host, port: port, within: patience) { continuation.resume(returning: $0) }
        }
    }
}
