internal import Store

/// What an administrator may do with queued mail. Whoever is being delivered right now is left alone.
extension Queue {
    /// What a wish does to recipients: those in one of these states get these values.
    struct Move: Sendable {
        let from: [RecipientState]
        /// The assignments of an `UPDATE`, with `?` for the values.
        let assignments: String
        var values: [StoreValue] = []
        /// A destination that they have not had before.
        var newDestination: String?
    }

    /// Those who wait are due now; that they are tried so counts as no attempt, lest who is impatient gives mail up.
    public func retry(_ filter: QueueFilter, now: QueueTime) async throws(QueueError) -> QueueChange {
        // Whoever is due isn't tried any sooner, and was given his attempt before.
        let assignments = "attempts = attempts - (attempts > 0 AND due > ?), due = min(due, ?)"
        let time = StoreValue.integer(now.milliseconds)
        return try await change(filter, Move(from: [.waiting], assignments: assignments, values: [time, time]))
    }

    /// Those who wait do so until they are released.
    public func hold(_ filter: QueueFilter) async throws(QueueError) -> QueueChange {
        try await change(filter, Move(from: [.waiting], assignments: "state = 2"))
    }

    /// Those who are held are due now.
    public func release(_ filter: QueueFilter, now: QueueTime) async throws(QueueError) -> QueueChange {
        try await change(
            filter,
            Move(from: [.held], assignments: "state = 0, due = ?", values: [.integer(now.milliseconds)])
        )
    }

    /// Somebody may be due already while others are still being changed.
    func change(
        _ filter: QueueFilter,
        _ move: Move,
        then: @escaping @Sendable (Chosen, StoreTransaction) throws(StoreError) -> Void = { _, _ in }
    ) async throws(QueueError) -> QueueChange {
        try await inBatches(filter) { chosen, transaction throws(StoreError) in
            let change = try Self.change(chosen, move, transaction)
            if change.changed > 0 { try then(chosen, transaction) }
            return change
        } after: {
            tellDue()
        }
    }

    private static func change(
        _ chosen: Chosen,
        _ move: Move,
        _ transaction: StoreTransaction
    ) throws(StoreError) -> QueueChange {
        let condition = chosen.condition
        let change = try count(condition, to: move.from, transaction)
        guard change.changed > 0 else { return change }
        let meant = "FROM \(QueueFilter.tables) WHERE \(condition.sql) AND \(QueueFilter.isIn(move.from))"
        let turns = try transaction.rows(
            "SELECT DISTINCT r.destination, r.urgency, r.party \(meant)",
            condition.values
        ) { Turn($0, at: 0) }
        try transaction.run(
            "UPDATE recipient SET \(move.assignments) WHERE id IN (SELECT r.id \(meant))",
            move.values + condition.values
        )
        let others = turns.map { Turn(move.newDestination ?? $0.destination, urgency: $0.urgency, party: $0.party) }
        try Turn.refresh(Set(turns + others), transaction)
        return change
    }

    /// What is meant, by what may be done with it.
    static func count(
        _ condition: (sql: String, values: [StoreValue]),
        to fit: [RecipientState],
        _ transaction: StoreTransaction
    ) throws(StoreError) -> QueueChange {
        let counts = try transaction.rows(
            "SELECT r.state, count(*) FROM \(QueueFilter.tables) WHERE \(condition.sql) GROUP BY r.state",
            condition.values
        ) { (RecipientState(rawValue: $0.integer(0)), $0.integer(1)) }
        var change = QueueChange()
        for (state, count) in counts {
            if let state, fit.contains(state) {
                change.changed += count
            } else if state == .leased {
                change.leased += count
            } else {
                change.others += count
            }
        }
        return change
    }
}
