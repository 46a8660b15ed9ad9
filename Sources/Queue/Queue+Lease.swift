internal import Dispatch
internal import Mail
internal import Store
internal import System

extension Queue {
    /// A destination, and when something for it is due.
    public struct Due: Sendable, Equatable {
        public let destination: String
        public let time: QueueTime
        /// Of that mail, -9 to 9: RFC 6710.
        public var priority = 0
    }

    static let mostRecipients = 200
    static let mostBytes = 4 << 20

    /// Destinations with the most urgent mail first, and then in the order in which they are due; a destination that has mail
    /// of several priorities comes for each.
    ///
    /// - Parameter limit: of one priority.
    /// - Returns: those that have nothing due yet, too.
    /// - Throws: the disk fails.
    public func due(limit: Int) async throws(QueueError) -> [Due] {
        let result = await withCheckedContinuation { continuation in
            Self.readers.async { [self] in
                continuation.resume(
                    returning: Result { () throws(StoreError) in
                        try store.read { transaction throws(StoreError) in try Self.due(limit, transaction) }
                    }
                )
            }
        }
        do throws(StoreError) { return try result.get() } catch { throw .store(error) }
    }

    private static func due(_ limit: Int, _ transaction: StoreTransaction) throws(StoreError) -> [Due] {
        var due: [Due] = []
        var last = Int(Int8.min)
        while true {
            let next = try transaction.first(
                "SELECT min(urgency) FROM destination WHERE urgency > ?",
                [.integer(last)]
            ) { $0.optionalInteger(0) }
            guard let next, let next else { return due }
            due += try transaction.rows(
                "SELECT name, due FROM destination WHERE urgency = ? ORDER BY due LIMIT ?",
                [.integer(next), .integer(limit)]
            ) {
                Due(
                    destination: $0.text(0),
                    time: QueueTime(milliseconds: Int64($0.integer(1))),
                    priority: -next
                )
            }
            last = next
        }
    }

    /// Reading may have to wait for the disk, which no task may.
    private static let readers = DispatchQueue(label: "haraka.queue.due")

    /// Takes messages out that are due for a destination: they are the caller's to try and to settle.
    ///
    /// - Parameters:
    ///   - destination: as ``due(limit:)`` names it.
    ///   - now: what is due later stays.
    ///   - messages: at most so many, fewer when they are big.
    /// - Returns: a lease for each message: the urgent ones first, then of each sender by turns.
    /// - Throws: the disk fails; nothing is leased then.
    public func lease(_ destination: String, now: QueueTime, messages: Int) async throws(QueueError) -> [Lease] {
        let found = Locked<[Lease]>([])
        try await write { [spool] transaction throws(StoreError) in
            var picking = LeasePicking(destination, now: now, messages: messages, spool, transaction)
            try picking.pick()
            let leases = picking.leases
            found.withLock { $0 = leases }
        } undo: { transaction throws(StoreError) in
            let leases = found.withLock { $0 }
            for entry in leases.flatMap(\.entries) {
                try transaction.run("UPDATE recipient SET state = 0 WHERE id = ? AND state = 1", [.integer(entry.id)])
            }
            try Turn.refresh(Set(leases.map(\.turn)), transaction)
        }
        return found.withLock { $0 }
    }

    /// Keeps a recipient until somebody has looked, and tells why.
    static func hold(_ entry: Int64, _ reason: String, _ transaction: StoreTransaction) throws(StoreError) {
        try transaction.run(
            "UPDATE recipient SET state = 2, was = NULL, host = NULL, reply = ? WHERE id = ? AND state < 2",
            [.text("held by the server: " + reason), .integer(entry)]
        )
    }

    /// Waits for the store without holding a thread up.
    func write(
        bytes: Int = 512,
        isIdle: Bool = false,
        _ work: @escaping Store.Work,
        undo: Store.Work? = nil
    ) async throws(QueueError) {
        let error = await withCheckedContinuation { continuation in
            store.write(bytes: bytes, isIdle: isIdle, work, undo: undo) { continuation.resume(returning: $0) }
        }
        if let error { throw .store(error) }
    }
}
