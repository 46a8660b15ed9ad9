public import SMTP

/// Why a destination can't be reached at all.
public struct Unreachable: Error, Sendable, Equatable {
    /// In words, for whoever asks why a message is still there.
    public let reason: String
    /// Never: its mail comes back at once.
    public let isPermanent: Bool
    /// RFC 3463.
    public let status: EnhancedCode
    /// The hosts that were tried, and what came of each.
    public internal(set) var trials: [Trial] = []
    /// It is the destination that can't be reached, whatever the message.
    private(set) var isOfDestination = false

    public init(_ reason: String, isPermanent: Bool = false, status: EnhancedCode) {
        self.reason = reason
        self.isPermanent = isPermanent
        self.status = status
    }

    var ofDestination: Unreachable {
        var copy = self
        copy.isOfDestination = true
        return copy
    }
}
