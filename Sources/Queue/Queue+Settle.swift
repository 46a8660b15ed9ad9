internal import Mail
internal import Store
internal import System

extension Queue {
    /// Writes down what has become of recipients of a lease, and queues what is to be said of it, in one step.
    ///
    /// A message whose recipients are all settled goes. When this throws, the caller has to come again: what is forgotten here
    /// is delivered twice. It may be on the disk all the same; then coming again changes nothing, and queues no report twice.
    /// Reports are in memory, however big they are.
    public func settle(
        _ settlements: [Settlement],
        of lease: Lease,
        at now: QueueTime,
        reports: [Draft] = []
    ) async throws(QueueError) {
        let gone = Locked<String?>(nil)
        precondition(reports.allSatisfy(\.text.isInMemory), "a report has no file of its own")
        let drafts = reports.map { (nextID(), $0) }
        // Nothing is taken back: fates that are on the disk have their reports with them, which may be delivered by now.
        try await write(bytes: 512 + reports.reduce(0) { $0 + $1.text.count }) { transaction throws(StoreError) in
            let (spool, changed) = try Self.write(settlements, of: lease, now, transaction)
            gone.withLock { $0 = spool }
            guard changed > 0 else { return }
            for (id, draft) in drafts { try Self.insert(draft, as: id, spool: nil, transaction) }
        }
        if let name = gone.withLock({ $0 }) { spool.remove([name]) }
        // What is over leaves nothing to do.
        if !drafts.isEmpty || settlements.contains(where: \.fate.waits) { tellDue() }
    }

    /// Keeps the recipients of a lease until somebody has looked, where they can't be settled for a reason that stays.
    public func hold(_ lease: Lease, _ reason: String) async throws(QueueError) {
        try await write { transaction throws(StoreError) in
            for entry in lease.entries { try Self.hold(entry.id, reason, transaction) }
        }
    }

    /// The name of the file that goes with the message, if it goes, and how many recipients have changed: none where this
    /// was done before.
    private static func write(
        _ settlements: [Settlement],
        of lease: Lease,
        _ now: QueueTime,
        _ transaction: StoreTransaction
    ) throws(StoreError) -> (spool: String?, changed: Int) {
        var (settled, changed) = (0, 0)
        var due: QueueTime?
        for settlement in settlements {
            switch settlement.fate {
            case .delivered, .failed:
                let state = settlement.fate == .delivered ? RecipientState.delivered : .failed
                let count = try mark(settlement, of: lease.message, state, due: now, now, transaction)
                (settled, changed) = (settled + count, changed + count)
            case .deferred(let until):
                changed += try mark(settlement, of: lease.message, .waiting, due: until, now, transaction)
                due = min(due ?? until, until)
            case .postponed(let until):
                changed += try transaction.run(
                    "UPDATE recipient SET state = 0, due = ?, reply = ? WHERE id = ? AND message = ? AND state = 1",
                    [
                        .integer(until.milliseconds), .text(settlement.reason), .integer(settlement.entry),
                        .integer(lease.message),
                    ]
                )
                due = min(due ?? until, until)
            case .untried:
                changed += try transaction.run(
                    "UPDATE recipient SET state = coalesce(was, 0), was = NULL WHERE id = ? AND message = ? AND state = 1",
                    [.integer(settlement.entry), .integer(lease.message)]
                )
                due = min(due ?? now, now)
            }
        }
        // Turns are of those who wait, and who is leased doesn't: nothing is to be done where all is over.
        if let due { try lease.turn.note(due: due, transaction) }
        return (try settle(settled, of: lease.message, transaction), changed)
    }

    /// Counts recipients of a message as settled; without others it goes: the name of its file, if it has one.
    static func settle(
        _ count: Int,
        of message: Int64,
        _ transaction: StoreTransaction
    ) throws(StoreError) -> String? {
        guard count > 0 else { return nil }
        let left = try transaction.first(
            "UPDATE message SET unsettled = unsettled - ? WHERE id = ? RETURNING unsettled, spool",
            [.integer(count), .integer(message)]
        ) { (unsettled: $0.integer(0), spool: $0.optionalText(1)) }
        guard let left, left.unsettled == 0 else { return nil }
        try erase(message, transaction)
        return left.spool
    }

    /// Tells how many rows it changed: who did it already changes none.
    ///
    /// The number of a recipient who has gone may be another's by now, that of a message may not.
    private static func mark(
        _ settlement: Settlement,
        of message: Int64,
        _ state: RecipientState,
        due: QueueTime,
        _ now: QueueTime,
        _ transaction: StoreTransaction
    ) throws(StoreError) -> Int {
        try transaction.run(
            """
            UPDATE recipient SET state = ?, due = ?, attempts = attempts + 1, tried = ?, host = ?, reply = ?, was = NULL
            WHERE id = ? AND message = ? AND state = 1
            """,
            [
                .integer(state.rawValue), .integer(due.milliseconds), .integer(now.milliseconds),
                .text(settlement.host), .text(settlement.reason), .integer(settlement.entry), .integer(message),
            ]
        )
    }
}
