internal import Mail
internal import Store
internal import System

extension Queue {
    private static let mostTaken = 200
    private static let mostTakenBytes = 4 << 20

    /// Takes messages of those who wait or are held, due or not: they are the caller's to settle.
    ///
    /// When the process ends before, they wait or are held as they were.
    ///
    /// - Parameters:
    ///   - filter: who is meant.
    ///   - now: the time.
    ///   - last: nobody whose number isn't larger; what ``Taken/last`` was.
    /// - Returns: a lease for each message and destination, a few at a time; nil when nobody is left.
    /// - Throws: the disk fails; nothing is taken then.
    public func take(_ filter: QueueFilter, now: QueueTime, after last: Int64 = 0) async throws(QueueError) -> Taken? {
        let chosen = try await choose(filter, in: [.waiting, .held], after: last, limit: Self.mostTaken)
        guard let chosen else { return nil }
        let found = Locked<Taken?>(nil)
        try await write { [spool] transaction throws(StoreError) in
            let taken = try Self.take(chosen, now, spool, transaction)
            found.withLock { $0 = taken }
        } undo: { transaction throws(StoreError) in
            let leases = found.withLock { $0?.leases ?? [] }
            for entry in leases.flatMap(\.entries) {
                try transaction.run(
                    "UPDATE recipient SET state = coalesce(was, 0), was = NULL WHERE id = ? AND state = 1",
                    [.integer(entry.id)]
                )
            }
            try Turn.refresh(Set(leases.map(\.turn)), transaction)
        }
        return found.withLock { $0 }
    }

    /// What was taken at once.
    public struct Taken: Sendable {
        /// None where nobody of those who were looked at can be read.
        public let leases: [Lease]
        /// Who comes after it wasn't looked at.
        public let last: Int64
    }

    /// What counts of a message's recipients: those of one destination are one lease.
    private struct Place: Hashable {
        let message: Int64
        let turn: Turn
    }

    private struct Row {
        let place: Place
        let entry: Lease.Entry
        let recipient: Recipient?
    }

    private static func take(
        _ chosen: Chosen,
        _ now: QueueTime,
        _ spool: SpoolFolder,
        _ transaction: StoreTransaction
    ) throws(StoreError) -> Taken {
        var order: [Place] = []
        var groups: [Place: [Row]] = [:]
        var left: Int64?
        for row in try rows(chosen, transaction) {
            guard row.recipient != nil else {
                try hold(row.entry.id, "the address can't be read", transaction)
                continue
            }
            if groups[row.place] == nil { order.append(row.place) }
            groups[row.place, default: []].append(row)
        }
        var leases: [Lease] = []
        var bytes = 0
        for place in order {
            let group = groups[place] ?? []
            guard bytes < mostTakenBytes else {
                left = min(left ?? .max, group.map(\.entry.id).min() ?? .max)
                continue
            }
            let picking = LeasePicking(place.turn.destination, now: now, messages: 1, spool, transaction)
            let (entries, recipients) = (group.map(\.entry), group.compactMap(\.recipient))
            guard let lease = try picking.lease(place.message, place.turn, entries, recipients) else {
                for entry in entries { try hold(entry.id, "the message's sender can't be read", transaction) }
                continue
            }
            for entry in entries {
                try transaction.run("UPDATE recipient SET was = state, state = 1 WHERE id = ?", [.integer(entry.id)])
            }
            if case .memory(let text) = lease.text.place { bytes += text.count }
            leases.append(lease)
        }
        try Turn.refresh(Set(leases.map(\.turn)), transaction)
        return Taken(leases: leases, last: left.map { $0 - 1 } ?? chosen.last)
    }

    private static func rows(
        _ chosen: Chosen,
        _ transaction: StoreTransaction
    ) throws(StoreError) -> [Row] {
        let (condition, values) = chosen.condition
        return try transaction.rows(
            """
            SELECT r.id, r.message, r.attempts, r.address, r.notice, r.original_type, r.original, r.warned, r.tried,
                r.destination, r.urgency, r.party, r.reply
            FROM \(QueueFilter.tables) WHERE \(condition) AND +r.state IN (0, 2) ORDER BY r.id
            """,
            values
        ) { row in
            var entry = Lease.Entry(
                id: Int64(row.integer(0)),
                attempts: row.integer(2),
                isWarned: row.optionalInteger(7) != nil,
                tried: row.optionalInteger(8).map { QueueTime(milliseconds: Int64($0)) }
            )
            entry.reply = row.optionalText(12)
            return Row(
                place: Place(message: Int64(row.integer(1)), turn: Turn(row, at: 9)),
                entry: entry,
                recipient: MessageRow.recipient(row, at: 3)
            )
        }
    }

    /// What is meant by a filter, by what may be given up.
    public func count(_ filter: QueueFilter) async throws(QueueError) -> QueueChange {
        try await look { transaction throws(StoreError) in
            try Self.count(filter.condition, to: [.waiting, .held], transaction)
        }
    }
}
