public import SMTP
public import Wire

/// One host that mail is given to: where it is, how it is secured, and how it is spoken to.
public struct Hop: Sendable {
    /// The host's name, or its address: for SNI, and for what its certificate must be for.
    public var name: String
    public var target: OutcallTarget
    /// How it is spoken to.
    ///
    /// With ``verification`` its `tls` should be `required`: a host without STARTTLS shows no certificate either.
    public var policy: ClientPolicy
    /// What its certificate has to pass.
    public var verification = OutcallSecurity.Verification.none
    /// TLS begins with the first byte: RFC 8314 §3.
    public var beginsWithTLS = false
    /// For connecting, whichever address takes the call, and for the handshake where TLS comes first; that of STARTTLS
    /// has as long again.
    public var connectTimeout = Duration.seconds(60)
    /// How long the connection may wait for the next message before QUIT is said; nil leaves that to who has it.
    public var idleTimeout: Duration?
    /// What its domain wants of TLS with it; nil where the administrator has named the host.
    var tlsPolicy: HopPolicy?
    /// Why nothing goes there now but what no policy holds back; nil for most.
    var refusal: String?

    public init(name: String, _ target: OutcallTarget, _ policy: ClientPolicy) {
        self.name = name
        self.target = target
        self.policy = policy
    }

    /// What connections to these hosts have in common, whatever the destination: the host whose name comes first, and our
    /// addresses.
    static func place(of hops: [Hop]) -> String {
        let first = hops.min { $0.name < $1.name }
        guard let first, case .race(let race) = first.target, !race.sources.isEmpty else { return first?.name ?? "" }
        return "\(first.name) from \(race.sources.map { "\($0)" }.joined(separator: ", "))"
    }

    /// Whether its domain has it proved.
    var isUnderPolicy: Bool { tlsPolicy?.isEnforced == true }

    /// The same host for a report on TLS, which goes out whatever TLS comes to: RFC 8460 §3.
    var withoutPolicy: Hop {
        guard isUnderPolicy else { return self }
        var hop = self
        hop.policy.tls = .opportunistic
        (hop.verification, hop.tlsPolicy, hop.refusal) = (.none, nil, nil)
        return hop
    }

    var security: OutcallSecurity { OutcallSecurity(name: name, verification) }
}
