internal import Dispatch
internal import Store
internal import System

/// What is meant for very many recipients is done to some of them at a time, so that others' mail gets in between.
extension Queue {
    /// Recipients that are changed in one transaction; the rest of a message comes on top.
    static let batch = 2000
    /// About what a changed row and its indexes write.
    private static let bytesOfRow = 512

    /// Recipients who were found to be meant; whether they still are is asked again in the transaction that changes them.
    struct Chosen: Sendable {
        let filter: QueueFilter
        let ids: [Int64]
        /// The largest of them.
        let last: Int64
        /// No message whose number is larger is meant: a recipient's number may be another's by now.
        let newest: Int64

        /// Their numbers, for `json_each`.
        var list: String { "[" + ids.map(String.init).joined(separator: ",") + "]" }

        /// Of ``QueueFilter/tables``.
        var condition: (sql: String, values: [StoreValue]) {
            let (condition, values) = filter.condition
            let chosen = "r.id IN (SELECT value FROM json_each(?)) AND +r.message <= ?"
            return ("\(condition) AND \(chosen)", values + [.text(list), .integer(newest)])
        }
    }

    /// Does something to all who are meant and were queued before: a batch, then whatever others have to write, then the next.
    ///
    /// Each batch is whole by itself, and nobody is in two of them. Who is queued meanwhile is in none: his recipient's number
    /// may be that of one who has gone, that of his message is a new one.
    ///
    /// - Parameters:
    ///   - filter: who is meant.
    ///   - work: done in a transaction for each batch, perhaps more than once; tells what it has changed.
    ///   - after: told behind each transaction.
    /// - Returns: the sum.
    /// - Throws: the disk fails; what was changed by the batches before stays so.
    func inBatches(
        _ filter: QueueFilter,
        _ work: @escaping @Sendable (Chosen, StoreTransaction) throws(StoreError) -> QueueChange,
        after: @Sendable () -> Void = {}
    ) async throws(QueueError) -> QueueChange {
        let newest = newestID
        var total = QueueChange()
        var last: Int64 = 0
        while let chosen = try await choose(filter, after: last, newest: newest, limit: Self.batch, isWhole: true) {
            let outcome = Locked(QueueChange())
            // Doing it twice does no harm, so nothing is taken back.
            try await write(bytes: chosen.ids.count * Self.bytesOfRow) { transaction throws(StoreError) in
                let change = try work(chosen, transaction)
                outcome.withLock { $0 = change }
            }
            after()
            total += outcome.withLock { $0 }
            last = chosen.last
        }
        return total
    }

    /// The next of those who are meant, in the order of their numbers; nil when there are no more.
    ///
    /// Looking for them may be a way through the whole queue, and keeps nobody from writing.
    ///
    /// Nobody comes whose number isn't larger than the last one's, or whose message's number is larger than the newest's. With
    /// `isWhole` all who are left of the last one's message come along, meant or not.
    func choose(
        _ filter: QueueFilter,
        in states: [RecipientState]? = nil,
        after last: Int64,
        newest: Int64 = .max,
        limit: Int,
        isWhole: Bool = false
    ) async throws(QueueError) -> Chosen? {
        let (meant, values) = filter.condition
        let condition = states.map { "\(meant) AND \(QueueFilter.isIn($0))" } ?? meant
        let ids = try await look { transaction throws(StoreError) in
            // The sign keeps SQLite from the index of messages, which is in another order.
            let found = try transaction.rows(
                """
                SELECT r.id, r.message FROM \(QueueFilter.tables)
                WHERE \(condition) AND r.id > ? AND +r.message <= ? ORDER BY r.id LIMIT ?
                """,
                values + [.integer(last), .integer(newest), .integer(limit)]
            ) { (id: Int64($0.integer(0)), message: Int64($0.integer(1))) }
            guard isWhole, found.count == limit, let end = found.last else { return found.map(\.id) }
            // Its recipients were queued in one step: their numbers follow each other.
            let rest = try transaction.rows(
                "SELECT id FROM recipient WHERE message = ? AND +id > ?",
                [.integer(end.message), .integer(end.id)]
            ) { Int64($0.integer(0)) }
            return found.map(\.id) + rest
        }
        return ids.max().map { Chosen(filter: filter, ids: ids, last: $0, newest: newest) }
    }

    /// Whether any message was queued then or before; its clock may have been wrong, and its recipients may be held.
    public func hasAny(queuedBefore time: QueueTime) async throws(QueueError) -> Bool {
        try await look { transaction throws(StoreError) in
            let oldest = try transaction.first("SELECT queued FROM message ORDER BY id LIMIT 1") { $0.integer(0) }
            return oldest.map { $0 <= time.milliseconds } ?? false
        }
    }

    private static let lookers = DispatchQueue(label: "haraka.queue.lookers")

    /// Looks at the queue for as long as it takes, on a connection that nobody else waits for.
    func look<Value: Sendable>(
        _ body: @escaping @Sendable (StoreTransaction) throws(StoreError) -> Value
    ) async throws(QueueError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            Self.lookers.async { [looker] in
                continuation.resume(
                    returning: Result { () throws(StoreError) in
                        try looker.read { transaction throws(StoreError) in try body(transaction) }
                    }
                )
            }
        }
        do throws(StoreError) { return try result.get() } catch { throw .store(error) }
    }
}
