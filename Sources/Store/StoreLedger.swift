internal import GRDB
internal import System

/// The writing side of a store: what is open, what is broken, and what has to be taken back.
struct StoreLedger {
    private let path: String
    private let schema: StoreSchema
    private let report: @Sendable (String) -> Void
    /// Nil while the disk is not to be trusted.
    private var file: StoreFile?
    private let checkpointer: StoreCheckpointer
    /// What may be on the disk although it was refused.
    private var undos: [Store.Item] = []
    private var fault: StoreError?
    /// When it was tried last, in nanoseconds of the monotonic clock.
    private var triedAt: UInt64 = 0

    /// Between two attempts with a disk that fails.
    private static let patience: UInt64 = 200_000_000

    init(path: String, schema: StoreSchema, report: @escaping @Sendable (String) -> Void) throws(StoreError) {
        self.path = path
        self.schema = schema
        self.report = report
        file = try StoreFile(path: path, schema: schema)
        checkpointer = StoreCheckpointer(path: path)
    }

    mutating func commit(_ items: [Store.Item]) {
        if let error = refit() { return fail(items, error) }
        do throws(StoreError) {
            try perform(items.map(\.work))
        } catch {
            guard error.breaks else { return isolate(items, error) }
            down(error, items)
            for item in items { item.done(error) }
            for item in items where item.undo == nil { item.undone?() }
            return
        }
        for item in items { item.done(nil) }
        if let error = checkpointer.wrote(items.reduce(0) { $0 + $1.bytes }) { down(error, []) }
    }

    private func perform(_ works: [Store.Work]) throws(StoreError) {
        guard let file else { throw .closed }
        do {
            try file.queue.write { database in
                let transaction = StoreTransaction(database)
                for work in works { try work(transaction) }
            }
        } catch { throw StoreError(error) }
    }

    /// One of several is wrong: each is done alone, so that the others don't suffer.
    private mutating func isolate(_ items: [Store.Item], _ error: StoreError) {
        guard items.count > 1 else { return fail(items, error) }
        for item in items { commit([item]) }
    }

    /// Nothing of it has come near the disk.
    private func fail(_ items: [Store.Item], _ error: StoreError) {
        for item in items {
            item.done(error)
            item.undone?()
        }
    }

    private mutating func down(_ error: StoreError, _ items: [Store.Item]) {
        undos += items.filter { $0.undo != nil }
        checkpointer.close()
        try? file?.queue.close()
        file = nil
        triedAt = SystemTime.monotonicNanoseconds
        if fault == nil { report("the store takes nothing until it is well again: \(error)") }
        fault = error
    }

    /// Opens the database anew if it has to be; why that isn't possible now.
    private mutating func refit() -> StoreError? {
        guard let fault else { return nil }
        let now = SystemTime.monotonicNanoseconds
        guard now - triedAt >= Self.patience else { return fault }
        triedAt = now
        do throws(StoreError) {
            file = try StoreFile(path: path, schema: schema)
            try perform(undos.compactMap(\.undo))
            // What the log holds is written again, into the database: a page that never came to the disk does so now.
            try checkpointer.empty()
        } catch {
            down(error, [])
            return error
        }
        for item in undos { item.undone?() }
        undos = []
        self.fault = nil
        report("the store is well again")
        return nil
    }

    mutating func close() {
        checkpointer.close()
        try? file?.queue.close()
        file = nil
        fault = .closed
        triedAt = .max
    }
}
