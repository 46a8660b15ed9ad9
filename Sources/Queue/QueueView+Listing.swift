internal import Store

extension QueueView {
    private static let mostDestinations = 20

    /// The next lines of a listing, in the order in which they were queued.
    ///
    /// - Parameters:
    ///   - filter: what is listed.
    ///   - id: that of the last recipient of the page before; 0 is before all.
    ///   - limit: lines at most.
    /// - Returns: no lines behind the last page.
    /// - Throws: the database can't be read.
    public func list(
        _ filter: QueueFilter,
        after id: Int64,
        limit: Int
    ) throws(QueueViewError) -> [QueueLine] {
        let (condition, values) = filter.condition
        return try read { transaction throws(StoreError) in
            try transaction.rows(
                """
                SELECT \(QueuedRecipient.columns), \(QueuedMessage.columns) FROM \(QueueFilter.tables)
                WHERE \(condition) AND r.id > ? ORDER BY r.id LIMIT ?
                """,
                values + [.integer(id), .integer(limit)]
            ) { QueueLine(recipient: QueuedRecipient($0), message: QueuedMessage($0, at: QueuedRecipient.columnCount)) }
        }
    }

    /// A message with all its recipients.
    ///
    /// - Parameter name: its name, or its number.
    /// - Returns: nil when there is none.
    /// - Throws: the database can't be read.
    public func entry(_ name: String) throws(QueueViewError) -> QueueEntry? {
        try read { transaction throws(StoreError) in
            let message = try transaction.first(
                """
                SELECT \(QueuedMessage.columns) FROM message m
                WHERE m.id = coalesce((SELECT id FROM message WHERE name = ?), ?)
                """,
                [.text(name), .integer(Int64(name) ?? -1)]
            ) { QueuedMessage($0, at: 0) }
            guard let message else { return nil }
            let recipients = try transaction.rows(
                "SELECT \(QueuedRecipient.columns) FROM recipient r WHERE r.message = ? ORDER BY r.place",
                [.integer(message.number)]
            ) { QueuedRecipient($0) }
            return QueueEntry(message: message, recipients: recipients)
        }
    }

    /// Counts all there is, in one look.
    public func statistics() throws(QueueViewError) -> QueueStatistics {
        try read { transaction throws(StoreError) in
            let total = try transaction.first(
                // Messages that were deleted for all whom they still wait for are on their way out.
                """
                SELECT count(*), sum(size), min(queued) FROM message WHERE id NOT IN (
                    SELECT d.message FROM recipient d WHERE d.state = 5 AND NOT EXISTS (
                        SELECT 1 FROM recipient o WHERE o.message = d.message AND +o.state < 3))
                """
            ) {
                ($0.integer(0), $0.integer(1), $0.optionalInteger(2).map { QueueTime(milliseconds: Int64($0)) })
            }
            let states = try transaction.rows("SELECT state, count(*) FROM recipient GROUP BY state") {
                (RecipientState(rawValue: $0.integer(0)) ?? .held, $0.integer(1))
            }
            return QueueStatistics(
                messages: total?.0 ?? 0,
                bytes: total?.1 ?? 0,
                oldest: total?.2,
                recipients: Dictionary(states, uniquingKeysWith: +),
                destinations: try Self.destinations(transaction)
            )
        }
    }

    private static func destinations(
        _ transaction: StoreTransaction
    ) throws(StoreError) -> [QueueStatistics.Destination] {
        try transaction.rows(
            """
            SELECT destination, count(*), sum(state = \(RecipientState.held.rawValue)),
                min(CASE WHEN state = \(RecipientState.waiting.rawValue) THEN due END)
            FROM recipient WHERE +state < \(RecipientState.delivered.rawValue)
            GROUP BY destination ORDER BY count(*) DESC, destination LIMIT ?
            """,
            [.integer(mostDestinations)]
        ) {
            QueueStatistics.Destination(
                name: $0.text(0),
                recipients: $0.integer(1),
                held: $0.integer(2),
                due: $0.optionalInteger(3).map { QueueTime(milliseconds: Int64($0)) }
            )
        }
    }
}
