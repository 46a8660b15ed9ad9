internal import Mail

/// The terms on which a session is held: what the administrator decided, and what the client has shown so far.
struct Terms {
    private(set) var rules: SessionRules
    /// The wall's time when the session began, in seconds since 1970; 0 where nobody told.
    let openedAt: Int64
    /// Whether TLS must come first.
    private(set) var lacksTLS: Bool
    /// nil without TLS.
    private(set) var tls: TLSFacts?
    /// Who the client has proved to be.
    var user: String?
    /// The authentication under way.
    var exchange: SASLExchange?
    var lastAttempt: AuthAttempt?
    var tally = Tally()
    /// The mechanisms that somebody serves.
    private(set) var mechanisms: [SASLMechanism]
    /// How far the message has come; it counts only while one is received, and between its chunks.
    var text = TextProgress()
    /// What the reply to EHLO offers now.
    private(set) var offered: Extensions = []

    init(_ rules: SessionRules, openedAt: Int64) {
        self.rules = rules
        self.openedAt = openedAt
        mechanisms = rules.policy.mechanisms
        lacksTLS = rules.policy.startTLS == .required
        offered = offer()
    }

    var policy: Policy { rules.policy }
    var limits: Limits { rules.limits }
    var cryptography: (any SASLCryptography)? { rules.cryptography }
    var isWordy: Bool { rules.isWordy }

    /// Nothing that was learned in the clear counts any more: RFC 3207 §4.2.
    mutating func secure(_ facts: TLSFacts) {
        tls = facts
        lacksTLS = false
        user = nil
        exchange = nil
        offered = offer()
    }

    /// Another client is there, for which another policy may hold; TLS is the connection's.
    mutating func restart(_ rules: SessionRules, user: String?) {
        self.rules = rules
        self.user = user
        (exchange, lastAttempt) = (nil, nil)
        // Bindings and certificate are those of the host that speaks for the client.
        tls = tls.map { _ in TLSFacts() }
        tally = Tally()
        mechanisms = policy.mechanisms
        lacksTLS = policy.startTLS == .required && tls == nil
        offered = offer()
    }

    /// Takes lines "AUTH mechanism ..." for what plugins serve; the others are left.
    mutating func takeMechanisms(from capabilities: [String]) -> [String] {
        guard capabilities.contains(where: Self.isAuth) else { return capabilities }
        let named = capabilities.filter(Self.isAuth).flatMap { $0.split(separator: " ").dropFirst() }
        mechanisms = policy.mechanisms
        for mechanism in named.compactMap({ SASLMechanism($0.utf8.span) }) where !mechanisms.contains(mechanism) {
            mechanisms.append(mechanism)
        }
        offered = offer()
        return capabilities.filter { !Self.isAuth($0) }
    }

    private static func isAuth(_ line: String) -> Bool {
        line.utf8.count >= 4 && line.utf8.span.holds("AUTH", at: 0..<4)
            && (line.utf8.count == 4 || line.utf8.span[4] == UInt8(ascii: " "))
    }

    private func offer() -> Extensions {
        var offered = Extensions.all.subtracting(policy.switchedOff)
        if policy.startTLS == .off || tls != nil { offered.remove(.startTLS) }
        if !hasAuth || usableMechanisms.isEmpty { offered.remove(.auth) }
        if !offered.contains(.chunking) { offered.remove(.binaryMIME) }
        // RFC 6531 §3.1.
        if !offered.contains(.eightBitMIME) { offered.remove(.smtputf8) }
        if tls == nil { offered.remove(.requireTLS) }
        // RFC 4865 §4 has the latest date announced, which nobody can know without a clock.
        if policy.longestHold == 0 || openedAt == 0 { offered.remove(.futureRelease) }
        return offered
    }

    /// Whether there is AUTH at all, be it only under TLS.
    var hasAuth: Bool { policy.offers(.auth) && !mechanisms.isEmpty && cryptography != nil }

    /// Whether there is STARTTLS at all.
    var hasTLS: Bool { policy.startTLS != .off && policy.offers(.startTLS) }

    /// The mechanisms that can be used as things stand.
    var usableMechanisms: [SASLMechanism] {
        if policy.authNeedsTLS, tls == nil { return [] }
        return mechanisms.filter { mechanism in
            switch mechanism {
            case .scramSHA256Plus: tls?.hasBinding == true
            case .external: tls?.certificateIdentity != nil
            case .plain, .login, .cramMD5, .scramSHA256, .oauthBearer, .xoauth2: true
            }
        }
    }

    /// The connection as a mechanism sees it.
    var channel: SASLChannel {
        SASLChannel(
            hostname: policy.hostname,
            isTLS: tls != nil,
            tlsExporter: tls?.exporter,
            tlsServerEndPoint: tls?.serverEndPoint,
            certificateIdentity: tls?.certificateIdentity,
            offersPlus: usableMechanisms.contains(.scramSHA256Plus)
        )
    }
}
