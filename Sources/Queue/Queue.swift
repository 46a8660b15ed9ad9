internal import Mail
internal import Store
internal import System

/// Mail that we have promised to deliver.
///
/// A draft is sealed, its recipients are leased one destination at a time, each lease is settled: delivered, failed, or
/// waiting again. When the process ends, what was leased is waiting. `docs/queue-states.md` draws it.
public final class Queue: Sendable {
    /// Texts of more bytes are files of their own; SQLite is faster with the others.
    static let largestBlob = 256 << 10

    let store: Store
    /// For who looks at much of it.
    let looker: StoreReader
    let spool: SpoolFolder
    private let counter: Locked<Int64>
    /// Not the closure itself: each access through a generic lock would wrap it once more.
    private struct Listener {
        var tell: (@Sendable () -> Void)?
    }

    private let listener = Locked(Listener())

    /// Opens the queue in a folder, or makes it there.
    ///
    /// - Parameters:
    ///   - folder: belongs to the queue alone.
    ///   - report: told in a sentence when the disk breaks and when it is well again, on any thread.
    /// - Throws: why the queue can't be opened.
    public init(in folder: String, report: @escaping @Sendable (String) -> Void) throws(QueueError) {
        do throws(SystemError) {
            try Files.makeDirectory(folder, mode: 0o700)
            spool = try SpoolFolder(folder + "/spool")
        } catch { throw .spool(error) }
        do throws(StoreError) {
            store = try Store(path: folder + "/queue.db", schema: QueueSchema.current, report: report)
            looker = StoreReader(path: store.path)
            let last = try store.read { transaction throws(StoreError) in
                try transaction.first("SELECT max(id) FROM message") { $0.integer(0) } ?? 0
            }
            counter = Locked(Int64(last))
            try Self.recover(store)
        } catch { throw .store(error) }
        try sweep()
    }

    /// Whoever had a lease is gone.
    private static func recover(_ store: Store) throws(StoreError) {
        try store.writeNow { transaction throws(StoreError) in
            let leased = try transaction.rows("SELECT id, \(Turn.columns) FROM recipient WHERE state = 1") {
                ($0.integer(0), Turn($0, at: 1))
            }
            for (id, _) in leased {
                try transaction.run(
                    "UPDATE recipient SET state = coalesce(was, 0), was = NULL WHERE id = ?",
                    [.integer(id)]
                )
            }
            try Turn.refresh(Set(leased.map(\.1)), transaction)
        }
    }

    /// Takes away the files that no message names: of drafts that were never sealed, and of messages that have gone.
    private func sweep() throws(QueueError) {
        let there: [String]
        do throws(SystemError) { there = try spool.names() } catch { throw .spool(error) }
        guard !there.isEmpty else { return }
        do throws(StoreError) {
            let named = try store.read { transaction throws(StoreError) in
                try transaction.rows("SELECT spool FROM message WHERE spool IS NOT NULL") { $0.text(0) }
            }
            // Before anything is taken: a new file may have the number of an old one.
            spool.removeNow(Array(Set(there).subtracting(named)))
        } catch { throw .store(error) }
    }

    /// Who is told, on any thread, that something may be due earlier than was known.
    public func whenDue(_ listener: @escaping @Sendable () -> Void) { self.listener.withLock { $0.tell = listener } }

    func tellDue() { listener.withLock { $0.tell }?() }

    /// The largest number that a message has, or had.
    var newestID: Int64 { counter.withLock { $0 } }

    func nextID() -> Int64 {
        counter.withLock { counter in
            counter += 1
            return counter
        }
    }

    /// Writes what waits, and closes.
    public func close() {
        store.close()
        looker.close()
    }
}
