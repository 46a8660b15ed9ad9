internal import Store
internal import System

/// What an administrator may do with queued mail. Whoever is being delivered right now is left alone.
extension Queue {
    /// Those who wait are due now.
    public func retry(_ filter: QueueFilter, now: QueueTime) async throws(QueueError) -> QueueChange {
        try await change(filter, from: .waiting, to: .waiting, due: now)
    }

    /// Those who wait do so until they are released.
    public func hold(_ filter: QueueFilter) async throws(QueueError) -> QueueChange {
        try await change(filter, from: .waiting, to: .held, due: nil)
    }

    /// Those who are held are due now.
    public func release(_ filter: QueueFilter, now: QueueTime) async throws(QueueError) -> QueueChange {
        try await change(filter, from: .held, to: .waiting, due: now)
    }

    /// Takes a message out, and tells nobody; those who are being delivered right now stay until that has ended.
    ///
    /// - Parameter name: its name, or its number.
    /// - Returns: what has gone, and what stays for now.
    /// - Throws: the disk fails; nothing is deleted then, as far as can be told.
    public func delete(_ name: String) async throws(QueueError) -> QueueChange {
        let outcome = Locked((QueueChange(), [String]()))
        try await write { transaction throws(StoreError) in
            let result = try Self.delete(name, transaction)
            outcome.withLock { $0 = result }
        }
        let (change, files) = outcome.withLock { $0 }
        spool.remove(files)
        return change
    }

    /// Turns that are looked at one by one, when so many change at most.
    static let mostTurns = 500

    private func change(
        _ filter: QueueFilter,
        from: RecipientState,
        to state: RecipientState,
        due: QueueTime?
    ) async throws(QueueError) -> QueueChange {
        let outcome = Locked(QueueChange())
        // Doing it twice does no harm, so nothing is taken back.
        try await write { transaction throws(StoreError) in
            let change = try Self.change(filter, from: from, to: state, due: due, transaction)
            outcome.withLock { $0 = change }
        }
        tellDue()
        return outcome.withLock { $0 }
    }

    private static func change(
        _ filter: QueueFilter,
        from: RecipientState,
        to state: RecipientState,
        due: QueueTime?,
        _ transaction: StoreTransaction
    ) throws(StoreError) -> QueueChange {
        let change = try count(filter, to: [from], transaction)
        guard change.changed > 0 else { return change }
        let (condition, values) = filter.condition
        let chosen = "FROM \(QueueFilter.tables) WHERE \(condition) AND +r.state = \(from.rawValue)"
        let turns = try transaction.rows(
            "SELECT DISTINCT r.destination, r.urgency, r.party \(chosen) LIMIT ?",
            values + [.integer(mostTurns + 1)]
        ) { Turn($0, at: 0) }
        try transaction.run(
            "UPDATE recipient SET state = ?, due = coalesce(?, due) WHERE id IN (SELECT r.id \(chosen))",
            [.integer(state.rawValue), .integer(due.map { Int($0.milliseconds) })] + values
        )
        if turns.count > mostTurns {
            try Turn.refreshAll(transaction)
        } else {
            try Turn.refresh(turns, transaction)
        }
        return change
    }

    /// What is meant, by what may be done with it.
    private static func count(
        _ filter: QueueFilter,
        to fit: Set<RecipientState>,
        _ transaction: StoreTransaction
    ) throws(StoreError) -> QueueChange {
        let (condition, values) = filter.condition
        let counts = try transaction.rows(
            "SELECT r.state, count(*) FROM \(QueueFilter.tables) WHERE \(condition) GROUP BY r.state",
            values
        ) { (RecipientState(rawValue: $0.integer(0)), $0.integer(1)) }
        var change = QueueChange()
        for (state, count) in counts {
            switch state {
            case .leased: change.leased += count
            case .waiting, .held, .delivered, .failed, nil:
                if let state, fit.contains(state) { change.changed += count } else { change.others += count }
            }
        }
        return change
    }

    /// Also the files that go.
    private static func delete(
        _ name: String,
        _ transaction: StoreTransaction
    ) throws(StoreError) -> (QueueChange, [String]) {
        let change = try count(QueueFilter(message: name), to: [.waiting, .held], transaction)
        let messages = try transaction.rows(
            "SELECT id FROM message WHERE name = ? UNION SELECT id FROM message WHERE id = ?",
            [.text(name), .integer(Int64(name) ?? -1)]
        ) { Int64($0.integer(0)) }
        var files: [String] = []
        for message in messages { if let file = try delete(message, transaction) { files.append(file) } }
        return (change, files)
    }

    /// The name of the file that goes with the message, if it goes.
    private static func delete(_ message: Int64, _ transaction: StoreTransaction) throws(StoreError) -> String? {
        let chosen = "FROM recipient WHERE message = ? AND state IN (0, 2)"
        let turns = try transaction.rows("SELECT DISTINCT \(Turn.columns) \(chosen)", [.integer(message)]) {
            Turn($0, at: 0)
        }
        let count = try transaction.run("DELETE \(chosen)", [.integer(message)])
        try Turn.refresh(turns, transaction)
        return try settle(count, of: message, transaction)
    }
}
