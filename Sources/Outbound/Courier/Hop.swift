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

    var security: OutcallSecurity { OutcallSecurity(name: name, verification) }
}
