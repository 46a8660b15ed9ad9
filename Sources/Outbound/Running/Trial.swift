public import SMTP

/// One host that an attempt was made with, and what came of it.
public struct Trial: Sendable, Equatable {
    /// By name and address.
    public let host: String
    /// What it said; nil where it said nothing that counts.
    public let reply: Reply?
    /// What it said, or what went wrong.
    public let reason: String

    public init(host: String, reply: Reply?, reason: String) {
        (self.host, self.reply, self.reason) = (host, reply, reason)
    }
}
