internal import Mail
internal import Store
internal import System

extension Queue {
    /// Writes down what has become of recipients of a lease, and queues what is to be said of it, in one step.
    ///
    /// A message whose recipients are all settled goes. When this throws nothing was written down, and the caller has to
    /// come again: what is forgotten here is delivered twice.
    public func settle(
        _ settlements: [Settlement],
        of lease: Lease,
        at now: QueueTime,
        reports: [Draft] = []
    ) async throws(QueueError) {
        let gone = Locked<String?>(nil)
        let drafts = reports.map { (nextID(), $0) }
        try await write { transaction throws(StoreError) in
            let spool = try Self.write(settlements, of: lease, now, transaction)
            gone.withLock { $0 = spool }
            for (id, draft) in drafts { try Self.insert(draft, as: id, spool: nil, transaction) }
        } undo: { transaction throws(StoreError) in
            for (id, draft) in drafts {
                _ = try Self.remove(id, transaction)
                try Self.note(draft.warned, at: nil, transaction)
            }
        }
        if let name = gone.withLock({ $0 }) { spool.remove([name]) }
        tellDue()
    }

    /// The name of the file that goes with the message, if it goes.
    private static func write(
        _ settlements: [Settlement],
        of lease: Lease,
        _ now: QueueTime,
        _ transaction: StoreTransaction
    ) throws(StoreError) -> String? {
        var settled = 0
        for settlement in settlements {
            switch settlement.fate {
            case .delivered, .failed:
                let state = settlement.fate == .delivered ? RecipientState.delivered : .failed
                settled += try mark(settlement, state, due: now, now, transaction)
            case .deferred(let until): _ = try mark(settlement, .waiting, due: until, now, transaction)
            case .untried:
                try transaction.run(
                    "UPDATE recipient SET state = coalesce(was, 0), was = NULL WHERE id = ? AND state = 1",
                    [.integer(settlement.entry)]
                )
            }
        }
        try Destinations.refresh(lease.destination, transaction)
        guard settled > 0 else { return nil }
        try transaction.run(
            "UPDATE message SET unsettled = unsettled - ? WHERE id = ?",
            [.integer(settled), .integer(lease.message)]
        )
        let left = try transaction.first("SELECT unsettled FROM message WHERE id = ?", [.integer(lease.message)]) {
            $0.integer(0)
        }
        return left == 0 ? try remove(lease.message, transaction) : nil
    }

    /// Tells how many rows it changed: who did it already changes none.
    private static func mark(
        _ settlement: Settlement,
        _ state: RecipientState,
        due: QueueTime,
        _ now: QueueTime,
        _ transaction: StoreTransaction
    ) throws(StoreError) -> Int {
        try transaction.run(
            """
            UPDATE recipient SET state = ?, due = ?, attempts = attempts + 1, tried = ?, host = ?, reply = ?
            WHERE id = ? AND state = 1
            """,
            [
                .integer(state.rawValue), .integer(due.milliseconds), .integer(now.milliseconds),
                .text(settlement.host), .text(settlement.reason), .integer(settlement.entry),
            ]
        )
    }
}
