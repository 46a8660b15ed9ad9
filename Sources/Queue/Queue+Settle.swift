internal import Mail
internal import Store
internal import System

extension Queue {
    /// Writes down what has become of recipients of leases, and queues what is to be said of it, in one step.
    ///
    /// A message whose recipients are all settled goes. When this throws, the caller has to come again: what is forgotten here
    /// is delivered twice. It may be on the disk all the same; then coming again changes nothing, and queues no report twice.
    ///
    /// - Parameters:
    ///   - leases: their reports are in memory, however big they are.
    ///   - now: the time.
    ///   - isIdle: nobody minds a few milliseconds' wait.
    /// - Throws: the disk fails.
    public func settle(
        _ leases: [SettledLease],
        at now: QueueTime,
        isIdle: Bool = false
    ) async throws(QueueError) {
        let reports = leases.flatMap(\.reports)
        precondition(reports.allSatisfy(\.text.isInMemory), "a report has no file of its own")
        let gone = Locked<[String]>([])
        let drafts = leases.map { $0.reports.map { (nextID(), $0) } }
        let bytes = 512 * leases.count + reports.reduce(0) { $0 + $1.text.count }
        // Who waits again is leased once more, so that nobody else comes in between. Nothing else is taken back: fates that are on
        // the disk have their reports with them, which may be delivered by now.
        let again = leases.filter(\.reports.isEmpty)
        try await write(bytes: bytes, isIdle: isIdle) { transaction throws(StoreError) in
            var files: [String] = []
            for (settled, drafts) in zip(leases, drafts) {
                let outcome = try Self.write(settled.settlements, of: settled.lease, now, transaction)
                if let file = outcome.file { files.append(file) }
                guard outcome.changed > 0 else { continue }
                for (id, draft) in drafts { try Self.insert(draft, as: id, spool: nil, transaction) }
            }
            gone.withLock { $0 = files }
        } undo: { transaction throws(StoreError) in
            for settled in again { try Self.takeAgain(settled, transaction) }
        }
        let files = gone.withLock(\.self)
        if !files.isEmpty { spool.remove(files) }
        // What is over leaves nothing to do.
        if !reports.isEmpty || leases.contains(where: { $0.settlements.contains(where: \.fate.waits) }) { tellDue() }
    }

    /// The same for one lease.
    public func settle(
        _ settlements: [Settlement],
        of lease: Lease,
        at now: QueueTime,
        reports: [Draft] = []
    ) async throws(QueueError) {
        try await settle([SettledLease(lease, settlements, reports: reports)], at: now)
    }

    /// Keeps the recipients of a lease until somebody has looked, where they can't be settled for a reason that stays.
    public func hold(_ lease: Lease, _ reason: String) async throws(QueueError) {
        try await write { transaction throws(StoreError) in
            for entry in lease.entries { try Self.hold(entry.id, reason, transaction) }
        }
    }

    /// Who waits by what was refused is leased as before.
    private static func takeAgain(_ settled: SettledLease, _ transaction: StoreTransaction) throws(StoreError) {
        let waiting = Set(settled.settlements.filter(\.fate.waits).map(\.entry))
        for entry in settled.lease.entries where waiting.contains(entry.id) {
            try transaction.run(
                "UPDATE recipient SET state = 1, attempts = ? WHERE id = ? AND message = ? AND state IN (0, 2)",
                [.integer(entry.attempts), .integer(entry.id), .integer(settled.lease.message)]
            )
        }
    }

    /// How many recipients it has changed, none where this was done before, and the name of the message's file, if it goes.
    private static func write(
        _ settlements: [Settlement],
        of lease: Lease,
        _ now: QueueTime,
        _ transaction: StoreTransaction
    ) throws(StoreError) -> (changed: Int, file: String?) {
        if settlements.count == 1, !settlements[0].fate.waits,
            let gone = try finish(settlements[0].entry, of: lease.message, transaction)
        {
            return (1, gone.file)
        }
        var changed = 0
        var settled = 0
        var due: QueueTime?
        for settlement in settlements {
            switch settlement.fate {
            case .delivered, .failed:
                let state = settlement.fate == .delivered ? RecipientState.delivered : .failed
                let count = try mark(settlement, of: lease, state, due: now, now, transaction)
                (settled, changed) = (settled + count, changed + count)
            case .deferred(let until):
                changed += try mark(settlement, of: lease, .waiting, due: until, now, transaction)
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
        return (changed, try settle(settled, of: lease.message, transaction))
    }

    /// Takes a message away whose last recipient is settled; nil where it has others, or this one isn't leased.
    private static func finish(
        _ entry: Int64,
        of message: Int64,
        _ transaction: StoreTransaction
    ) throws(StoreError) -> Gone? {
        let gone = try transaction.first(
            """
            DELETE FROM message WHERE id = ? AND unsettled = 1
                AND EXISTS (SELECT 1 FROM recipient WHERE id = ? AND message = ? AND state = 1)
            RETURNING spool
            """,
            [.integer(message), .integer(entry), .integer(message)]
        ) { Gone(file: $0.optionalText(0)) }
        guard let gone else { return nil }
        try transaction.run("DELETE FROM recipient WHERE message = ?", [.integer(message)])
        if gone.file == nil { try transaction.run("DELETE FROM body WHERE id = ?", [.integer(message)]) }
        return gone
    }

    /// A message that has gone, and its file.
    private struct Gone {
        let file: String?
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
    /// The number of a recipient who has gone may be another's by now, that of a message may not; with another number of attempts
    /// he is leased by somebody else.
    private static func mark(
        _ settlement: Settlement,
        of lease: Lease,
        _ state: RecipientState,
        due: QueueTime,
        _ now: QueueTime,
        _ transaction: StoreTransaction
    ) throws(StoreError) -> Int {
        let attempts = lease.entries.first { $0.id == settlement.entry }?.attempts ?? 0
        return try transaction.run(
            """
            UPDATE recipient SET state = ?, due = ?, attempts = attempts + 1, tried = ?, host = ?, reply = ?, was = NULL
            WHERE id = ? AND message = ? AND state = 1 AND attempts = ?
            """,
            [
                .integer(state.rawValue), .integer(due.milliseconds), .integer(now.milliseconds),
                .text(settlement.host), .text(settlement.reason), .integer(settlement.entry), .integer(lease.message),
                .integer(attempts),
            ]
        )
    }
}
