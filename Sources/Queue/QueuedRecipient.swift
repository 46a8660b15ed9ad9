internal import Store

/// How it stands with one recipient of a queued message.
public struct QueuedRecipient: Sendable, Equatable {
    /// Larger than that of whoever was queued before.
    public let id: Int64
    public let address: String
    /// The domain that it goes to.
    public let destination: String
    public let state: RecipientState
    /// How often it was tried.
    public let attempts: Int
    /// When it is tried next, while it waits; when it goes for good, once it is deleted.
    public let due: QueueTime
    /// When it was tried last.
    public let tried: QueueTime?
    /// The host of the last attempt; nil when there was none.
    public let host: String?
    /// What that host said, or what went wrong.
    public let reply: String?
    /// Whom it was for at first, where an administrator or the sender's server has named another address.
    public let original: String?
    /// When the sender was told that it takes long.
    public let warned: QueueTime?

    static let columns =
        "r.id, r.address, r.destination, r.state, r.attempts, r.due, r.tried, r.host, r.reply, r.original, r.warned"
    static let columnCount = 11
}

extension QueuedRecipient {
    /// From the ``columns`` at the beginning of a row.
    init(_ row: StoreRow) {
        id = Int64(row.integer(0))
        address = row.text(1)
        destination = row.text(2)
        state = RecipientState(rawValue: row.integer(3)) ?? .held
        attempts = row.integer(4)
        due = QueueTime(milliseconds: Int64(row.integer(5)))
        tried = row.optionalInteger(6).map { QueueTime(milliseconds: Int64($0)) }
        host = row.optionalText(7)
        reply = row.optionalText(8)
        original = row.optionalText(9)
        warned = row.optionalInteger(10).map { QueueTime(milliseconds: Int64($0)) }
    }
}
