/// One MX record (RFC 1035 §3.3.9).
public struct MailExchanger: Hashable, Sendable {
    /// The lowest is tried first.
    public let preference: UInt16
    public let host: Name

    public init(preference: UInt16, host: Name) {
        self.preference = preference
        self.host = host
    }
}
