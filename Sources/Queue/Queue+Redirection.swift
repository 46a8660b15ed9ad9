public import Mail
internal import Store

/// Mail that an administrator sends another way.
extension Queue {
    /// Those who wait or are held get their mail at another address, and are due now unless they are held.
    ///
    /// The address that they had stays as the original recipient, for reports: RFC 3461 §4.2. Of several recipients of one
    /// message that come to be the same, one is left.
    public func redirect(
        _ filter: QueueFilter,
        to address: Address,
        now: QueueTime
    ) async throws(QueueError) -> QueueChange {
        let move = Move(
            from: [.waiting, .held],
            assignments: """
                original = CASE WHEN original_type IS NULL THEN address ELSE original END,
                original_type = coalesce(original_type, CASE WHEN address GLOB '*[^ -~]*' THEN 'utf-8' ELSE 'rfc822' END),
                address = ?, destination = ?, due = ?, attempts = 0, tried = NULL, host = NULL, reply = NULL, warned = NULL
                """,
            values: [.text(address.text), .text(address.domain), .integer(now.milliseconds)],
            newDestination: address.domain
        )
        return try await change(filter, move) { chosen, transaction throws(StoreError) in
            try Self.merge(chosen, address, transaction)
        }
    }

    /// Mail of those who wait or are held goes where mail for another domain goes; their addresses stay as they are.
    ///
    /// The destination is a domain in lower case, or an address such as `[192.0.2.1]`. They are due now unless they are held.
    public func redirect(
        _ filter: QueueFilter,
        via destination: String,
        now: QueueTime
    ) async throws(QueueError) -> QueueChange {
        let move = Move(
            from: [.waiting, .held],
            assignments: "destination = ?, due = ?, attempts = 0",
            values: [.text(destination), .integer(now.milliseconds)],
            newDestination: destination
        )
        return try await change(filter, move)
    }

    /// Nobody gets a message twice since two of its recipients have become one.
    private static func merge(
        _ chosen: Chosen,
        _ address: Address,
        _ transaction: StoreTransaction
    ) throws(StoreError) {
        let doubles = try transaction.rows(
            """
            SELECT b.id, b.message FROM recipient b
            WHERE b.message IN (
                    SELECT c.message FROM recipient c WHERE c.id IN (SELECT value FROM json_each(?)))
                AND +b.destination = ? AND b.address = ? AND +b.state IN (0, 2) AND EXISTS (
                    SELECT 1 FROM recipient a
                    WHERE a.message = b.message AND a.address = b.address AND a.id < b.id AND +a.state < 3)
            """,
            [.text(chosen.list), .text(address.domain), .text(address.text)]
        ) { (Int64($0.integer(0)), Int64($0.integer(1))) }
        var turns: Set<Turn> = []
        for (id, message) in doubles {
            let turn = try transaction.first(
                "DELETE FROM recipient WHERE id = ? RETURNING \(Turn.columns)",
                [.integer(id)]
            ) {
                Turn($0, at: 0)
            }
            if let turn { turns.insert(turn) }
            try transaction.run("UPDATE message SET unsettled = unsettled - 1 WHERE id = ?", [.integer(message)])
        }
        try Turn.refresh(turns, transaction)
    }
}
