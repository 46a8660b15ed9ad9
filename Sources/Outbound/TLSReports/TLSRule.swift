/// What a domain wants of TLS, as reports name it: RFC 8460 §4.4, `policy`.
public struct TLSRule: Sendable, Hashable {
    public enum Kind: String, Sendable {
        case sts, tlsa
        case none = "no-policy-found"
    }

    public let kind: Kind
    /// The domain that mail is for.
    public let domain: String
    /// The policy's lines, or its records.
    public let lines: [String]
    /// The hosts that a policy of MTA-STS names.
    public let patterns: [String]

    public init(_ kind: Kind, of domain: String, lines: [String] = [], patterns: [String] = []) {
        (self.kind, self.domain, self.lines, self.patterns) = (kind, domain, lines, patterns)
    }

    /// About the bytes that it takes.
    var size: Int { (lines + patterns).reduce(domain.utf8.count) { $0 + 32 + $1.utf8.count } }

    init(_ policy: STSPolicy, of domain: String) {
        self.init(.sts, of: domain, lines: policy.lines, patterns: policy.patterns)
    }
}
