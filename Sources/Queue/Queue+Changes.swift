internal import Store
internal import System

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

    /// Those who wait are due now.
    public func retry(_ filter: QueueFilter, now: QueueTime) async throws(QueueError) -> QueueChange {
        try await change(filter, Move(from: [.waiting], assignments: "due = ?", values: [.integer(now.milliseconds)]))
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

    /// Turns that are looked at one by one, when so many change at most.
    static let mostTurns = 500

    func change(
        _ filter: QueueFilter,
        _ move: Move,
        then: @escaping @Sendable (StoreTransaction) throws(StoreError) -> Void = { _ in }
    ) async throws(QueueError) -> QueueChange {
        let outcome = Locked(QueueChange())
        // Doing it twice does no harm, so nothing is taken back.
        try await write { transaction throws(StoreError) in
            let change = try Self.change(filter, move, transaction)
            if change.changed > 0 { try then(transaction) }
            outcome.withLock { $0 = change }
        }
        tellDue()
        return outcome.withLock { $0 }
    }

    private static func change(
        _ filter: QueueFilter,
        _ move: Move,
        _ transaction: StoreTransaction
    ) throws(StoreError) -> QueueChange {
        let change = try count(filter, to: move.from, transaction)
        guard change.changed > 0 else { return change }
        let (condition, values) = filter.condition
        let chosen = "FROM \(QueueFilter.tables) WHERE \(condition) AND \(QueueFilter.isIn(move.from))"
        let turns = try transaction.rows(
            "SELECT DISTINCT r.destination, r.urgency, r.party \(chosen) LIMIT ?",
            values + [.integer(mostTurns + 1)]
        ) { Turn($0, at: 0) }
        try transaction.run(
            "UPDATE recipient SET \(move.assignments) WHERE id IN (SELECT r.id \(chosen))",
            move.values + values
        )
        if turns.count > mostTurns {
            try Turn.refreshAll(transaction)
        } else {
            let others = turns.map { Turn(move.newDestination ?? $0.destination, urgency: $0.urgency, party: $0.party) }
            try Turn.refresh(Set(turns + others), transaction)
        }
        return change
    }

    /// What is meant, by what may be done with it.
    static func count(
        _ filter: QueueFilter,
        to fit: [RecipientState],
        _ transaction: StoreTransaction
    ) throws(StoreError) -> QueueChange {
        let (condition, values) = filter.condition
        let counts = try transaction.rows(
            "SELECT r.state, count(*) FROM \(QueueFilter.tables) WHERE \(condition) GROUP BY r.state",
            values
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
