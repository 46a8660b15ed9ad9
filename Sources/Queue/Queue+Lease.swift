internal import Dispatch
internal import Mail
internal import Store
internal import System

extension Queue {
    /// A destination, and when something for it is due.
    public struct Due: Sendable, Equatable {
        public let destination: String
        public let time: QueueTime
    }

    private static let mostRecipients = 200
    private static let mostBytes = 4 << 20

    /// Destinations in the order in which they are due.
    public func due(limit: Int) async throws(QueueError) -> [Due] {
        let result = await withCheckedContinuation { continuation in
            Self.readers.async { [self] in
                continuation.resume(
                    returning: Result { () throws(StoreError) in
                        try store.read { transaction throws(StoreError) in
                            try transaction.rows(
                                "SELECT name, due FROM destination ORDER BY due LIMIT ?",
                                [.integer(limit)]
                            ) {
                                Due(destination: $0.text(0), time: QueueTime(milliseconds: Int64($0.integer(1))))
                            }
                        }
                    }
                )
            }
        }
        do throws(StoreError) { return try result.get() } catch { throw .store(error) }
    }

    /// Reading may have to wait for the disk, which no task may.
    private static let readers = DispatchQueue(label: "haraka.queue.due")

    /// Takes messages out that are due for a destination: they are the caller's to try and to settle.
    ///
    /// - Parameters:
    ///   - destination: as ``due(limit:)`` names it.
    ///   - now: what is due later stays.
    ///   - messages: at most so many, fewer when they are big.
    /// - Returns: a lease for each message, the one that is due for longest first.
    /// - Throws: the disk fails; nothing is leased then.
    public func lease(_ destination: String, now: QueueTime, messages: Int) async throws(QueueError) -> [Lease] {
        let found = Locked<[Lease]>([])
        try await write { [spool] transaction throws(StoreError) in
            let leases = try Self.take(destination, now, messages, spool, transaction)
            found.withLock { $0 = leases }
        } undo: { transaction throws(StoreError) in
            for entry in found.withLock({ $0 }).flatMap(\.entries) {
                try transaction.run("UPDATE recipient SET state = 0 WHERE id = ? AND state = 1", [.integer(entry.id)])
            }
            try Destinations.refresh(destination, transaction)
        }
        return found.withLock { $0 }
    }

    private struct Row {
        let id: Int64
        let message: Int64
        let attempts: Int
        let recipient: Recipient?
    }

    private static func take(
        _ destination: String,
        _ now: QueueTime,
        _ messages: Int,
        _ spool: SpoolFolder,
        _ transaction: StoreTransaction
    ) throws(StoreError) -> [Lease] {
        let rows = try transaction.rows(
            """
            SELECT id, message, attempts, address, notice, original_type, original FROM recipient
            WHERE destination = ? AND state = 0 AND due <= ? ORDER BY due LIMIT ?
            """,
            [.text(destination), .integer(now.milliseconds), .integer(mostRecipients)]
        ) {
            Row(
                id: Int64($0.integer(0)),
                message: Int64($0.integer(1)),
                attempts: $0.integer(2),
                recipient: MessageRow.recipient($0, at: 3)
            )
        }
        var order: [Int64] = []
        var groups: [Int64: [Row]] = [:]
        for row in rows {
            if groups[row.message] == nil { order.append(row.message) }
            groups[row.message, default: []].append(row)
        }
        var leases: [Lease] = []
        var bytes = 0
        for message in order.prefix(messages) where bytes < mostBytes {
            let group = groups[message] ?? []
            // What can't be read is kept for somebody to look at.
            let good = group.filter { $0.recipient != nil }
            for row in group where row.recipient == nil { try hold(row.id, "the address can't be read", transaction) }
            guard !good.isEmpty else { continue }
            guard let lease = try lease(message, destination, good, now, spool, transaction) else {
                for row in good { try hold(row.id, "the message's sender can't be read", transaction) }
                continue
            }
            for row in good {
                try transaction.run("UPDATE recipient SET state = 1 WHERE id = ?", [.integer(row.id)])
            }
            if case .memory(let text) = lease.text.place { bytes += text.count }
            leases.append(lease)
        }
        try Destinations.refresh(destination, transaction)
        return leases
    }

    private static func lease(
        _ message: Int64,
        _ destination: String,
        _ rows: [Row],
        _ now: QueueTime,
        _ spool: SpoolFolder,
        _ transaction: StoreTransaction
    ) throws(StoreError) -> Lease? {
        try transaction.first(
            """
            SELECT name, queued, notes, size, spool, (SELECT bytes FROM body WHERE body.id = message.id),
                \(MessageRow.columns)
            FROM message WHERE id = ?
            """,
            [.integer(message)]
        ) { row -> Lease? in
            guard var envelope = MessageRow.envelope(row, at: 6, now: now) else { return nil }
            envelope.recipients = rows.compactMap(\.recipient)
            let size = row.integer(3)
            let place: QueuedText.Place =
                row.optionalText(4).map { .file(name: $0, spool) } ?? .memory(row.blob(5) ?? [])
            return Lease(
                message: message,
                name: row.text(0),
                destination: destination,
                envelope: envelope,
                entries: rows.map { Lease.Entry(id: $0.id, attempts: $0.attempts) },
                arrived: QueueTime(milliseconds: Int64(row.integer(1))),
                text: QueuedText(place: place, count: size),
                notes: row.optionalText(2)
            )
        }.flatMap { $0 }
    }

    /// Keeps a recipient until somebody has looked, and tells why.
    static func hold(_ entry: Int64, _ reason: String, _ transaction: StoreTransaction) throws(StoreError) {
        try transaction.run(
            "UPDATE recipient SET state = 2, host = NULL, reply = ? WHERE id = ? AND state < 2",
            [.text("held by the server: " + reason), .integer(entry)]
        )
    }

    /// Waits for the store without holding a thread up.
    func write(
        _ work: @escaping Store.Work,
        undo: Store.Work? = nil
    ) async throws(QueueError) {
        let error = await withCheckedContinuation { continuation in
            store.write(work, undo: undo) { continuation.resume(returning: $0) }
        }
        if let error { throw .store(error) }
    }
}
