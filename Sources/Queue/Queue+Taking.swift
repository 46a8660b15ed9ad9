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
    /// - Returns: a lease for each message and destination, a few at a time; none when nobody is left.
    /// - Throws: the disk fails; nothing is taken then.
    public func take(_ filter: QueueFilter, now: QueueTime) async throws(QueueError) -> [Lease] {
        let found = Locked<[Lease]>([])
        try await write { [spool] transaction throws(StoreError) in
            let leases = try Self.take(filter, now, spool, transaction)
            found.withLock { $0 = leases }
        } undo: { transaction throws(StoreError) in
            let leases = found.withLock { $0 }
            for entry in leases.flatMap(\.entries) {
                try transaction.run(
                    "UPDATE recipient SET state = coalesce(was, 0), was = NULL WHERE id = ? AND state = 1",
                    [.integer(entry.id)]
                )
            }
            for destination in Set(leases.map(\.destination)) { try Destinations.refresh(destination, transaction) }
        }
        return found.withLock { $0 }
    }

    /// What counts of a message's recipients: those of one destination are one lease.
    private struct Place: Hashable {
        let message: Int64
        let destination: String
    }

    private static func take(
        _ filter: QueueFilter,
        _ now: QueueTime,
        _ spool: SpoolFolder,
        _ transaction: StoreTransaction
    ) throws(StoreError) -> [Lease] {
        var order: [Place] = []
        var groups: [Place: [Row]] = [:]
        for (place, row) in try rows(filter, transaction) where row.recipient != nil {
            if groups[place] == nil { order.append(place) }
            groups[place, default: []].append(row)
        }
        var leases: [Lease] = []
        var bytes = 0
        for place in order where bytes < mostTakenBytes {
            let group = groups[place] ?? []
            guard let lease = try lease(place.message, place.destination, group, now, spool, transaction) else {
                continue
            }
            for row in group {
                try transaction.run("UPDATE recipient SET was = state, state = 1 WHERE id = ?", [.integer(row.id)])
            }
            if case .memory(let text) = lease.text.place { bytes += text.count }
            leases.append(lease)
        }
        for destination in Set(leases.map(\.destination)) { try Destinations.refresh(destination, transaction) }
        return leases
    }

    private static func rows(
        _ filter: QueueFilter,
        _ transaction: StoreTransaction
    ) throws(StoreError) -> [(Place, Row)] {
        let (condition, values) = filter.condition
        return try transaction.rows(
            """
            SELECT r.id, r.message, r.attempts, r.address, r.notice, r.original_type, r.original, r.warned, r.destination
            FROM \(QueueFilter.tables) WHERE \(condition) AND +r.state IN (0, 2) ORDER BY r.id LIMIT ?
            """,
            values + [.integer(mostTaken)]
        ) {
            let row = Row(
                id: Int64($0.integer(0)),
                message: Int64($0.integer(1)),
                attempts: $0.integer(2),
                isWarned: $0.optionalInteger(7) != nil,
                recipient: MessageRow.recipient($0, at: 3)
            )
            return (Place(message: row.message, destination: $0.text(8)), row)
        }
    }

    /// What is meant by a filter, by what may be given up.
    public func count(_ filter: QueueFilter) async throws(QueueError) -> QueueChange {
        let outcome = Locked(QueueChange())
        try await write { transaction throws(StoreError) in
            let change = try Self.count(filter, to: [.waiting, .held], transaction)
            outcome.withLock { $0 = change }
        }
        return outcome.withLock { $0 }
    }
}
