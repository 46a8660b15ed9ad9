/// What has become of one recipient of a message that a plugin gave to a host.
public struct RecipientOutcome: Sendable, Equatable {
    public enum What: Sendable, Equatable {
        case delivered, deferred, failed
    }

    public var what: What
    public var address: String
    /// Its place in the transaction.
    public var index: Int
    /// Of the host's reply; 0: it is the server that says so.
    public var code: Int
    /// As in "5.1.1".
    public var enhanced: String?
    /// The host's name; nil: none was reached.
    public var host: String?
    /// The reply without codes, or what went wrong.
    public var text: String

    public init(
        _ what: What,
        address: String,
        index: Int,
        code: Int = 0,
        enhanced: String? = nil,
        host: String? = nil,
        text: String
    ) {
        self.what = what
        self.address = address
        self.index = index
        self.code = code
        self.enhanced = enhanced
        self.host = host
        self.text = text
    }
}
