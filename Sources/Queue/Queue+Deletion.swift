internal import Store
internal import System

/// Mail that an administrator takes out: for a while, in which it can be had back, or for good.
extension Queue {
    /// Those who wait or are held aren't tried any more, and their senders aren't told.
    ///
    /// - Parameters:
    ///   - filter: who is meant.
    ///   - end: when they go for good; until then ``undelete(_:now:)`` has them back.
    /// - Returns: what is deleted, and what is left alone.
    /// - Throws: the disk fails; some may be deleted then.
    public func delete(_ filter: QueueFilter, until end: QueueTime) async throws(QueueError) -> QueueChange {
        let move = Move(
            from: [.waiting, .held],
            assignments: "was = state, state = 5, due = ?",
            values: [.integer(end.milliseconds)]
        )
        return try await change(filter, move)
    }

    /// Those who were deleted wait again and are due now, or are held as before.
    public func undelete(_ filter: QueueFilter, now: QueueTime) async throws(QueueError) -> QueueChange {
        var filter = filter
        filter.state = filter.state ?? .deleted
        let move = Move(
            from: [.deleted],
            assignments: "state = coalesce(was, 0), was = NULL, due = ?",
            values: [.integer(now.milliseconds)]
        )
        return try await change(filter, move)
    }

    /// Those who wait, are held or were deleted go for good, and with the last of them their message.
    ///
    /// - Returns: what has gone, and what stays for now.
    /// - Throws: the disk fails; some may be gone then.
    public func purge(_ filter: QueueFilter) async throws(QueueError) -> QueueChange {
        var total = try await purge(filter, from: [.waiting, .held])
        guard filter.state == nil else {
            return filter.state == .deleted ? try await purge(filter, from: [.deleted]) : total
        }
        var deleted = filter
        deleted.state = .deleted
        total.changed += try await purge(deleted, from: [.deleted]).changed
        return total
    }

    /// Those who were deleted and whose time has come go for good; how many there were.
    public func purge(endedBefore now: QueueTime) async throws(QueueError) -> Int {
        var total = 0
        while true {
            let gone = Locked((count: 0, files: [String]()))
            try await write(bytes: Self.batch * 512) { transaction throws(StoreError) in
                let rows = try transaction.rows(
                    "SELECT id, message FROM recipient WHERE state = 5 AND due <= ? LIMIT ?",
                    [.integer(now.milliseconds), .integer(Self.batch)]
                ) { (Int64($0.integer(0)), Int64($0.integer(1))) }
                let files = try Self.take(out: rows, transaction)
                gone.withLock { $0 = (rows.count, files) }
            }
            let (count, files) = gone.withLock { $0 }
            spool.remove(files)
            total += count
            guard count == Self.batch else { return total }
        }
    }

    private func purge(_ filter: QueueFilter, from: [RecipientState]) async throws(QueueError) -> QueueChange {
        let files = Locked([String]())
        return try await inBatches(filter) { chosen, transaction throws(StoreError) in
            let condition = chosen.condition
            let change = try Self.count(condition, to: from, transaction)
            let rows = try transaction.rows(
                """
                SELECT r.id, r.message FROM \(QueueFilter.tables)
                WHERE \(condition.sql) AND \(QueueFilter.isIn(from))
                """,
                condition.values
            ) { (Int64($0.integer(0)), Int64($0.integer(1))) }
            let gone = try Self.take(out: rows, transaction)
            files.withLock { $0 = gone }
            return change
        } after: {
            spool.remove(files.withLock { $0 })
        }
    }

    /// The names of the files that go with messages that have nobody left.
    private static func take(
        out rows: [(id: Int64, message: Int64)],
        _ transaction: StoreTransaction
    ) throws(StoreError) -> [String] {
        var turns: Set<Turn> = []
        var files: [String] = []
        for (id, message) in rows {
            let turn = try transaction.first(
                "DELETE FROM recipient WHERE id = ? RETURNING \(Turn.columns)",
                [.integer(id)]
            ) {
                Turn($0, at: 0)
            }
            if let turn { turns.insert(turn) }
            if let file = try settle(1, of: message, transaction) { files.append(file) }
        }
        try Turn.refresh(turns, transaction)
        return files
    }
}
