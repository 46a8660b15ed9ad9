/// A host that takes a domain's mail.
public struct MailHost: Hashable, Sendable {
    public let name: Name
    /// The lowest is tried first.
    public let preference: UInt16
    /// The domain has no MX record, so it is its own host (RFC 5321 §5.1).
    public let isImplicit: Bool

    public init(name: Name, preference: UInt16, isImplicit: Bool = false) {
        self.name = name
        self.preference = preference
        self.isImplicit = isImplicit
    }
}
