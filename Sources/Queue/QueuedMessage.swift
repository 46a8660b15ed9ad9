internal import Store

/// What is known of a queued message, but for its recipients and its text.
public struct QueuedMessage: Sendable, Equatable {
    public let number: Int64
    public let name: String
    /// "" is the null sender.
    public let sender: String
    public let queued: QueueTime
    /// Bytes.
    public let size: Int
    /// Who brought it, in words.
    public let client: String

    static let columns = "m.id, m.name, m.sender, m.queued, m.size, m.client"
}

extension QueuedMessage {
    /// From the six ``columns`` at a place.
    init(_ row: StoreRow, at column: Int) {
        number = Int64(row.integer(column))
        name = row.text(column + 1)
        sender = row.text(column + 2)
        queued = QueueTime(milliseconds: Int64(row.integer(column + 3)))
        size = row.integer(column + 4)
        client = row.text(column + 5)
    }
}
