internal import GRDB
internal import System

/// Takes the write-ahead log into the database from time to time, on a connection of its own.
///
/// SQLite would do so at the end of whichever transaction fills the log; here most of it is done beside the transactions.
final class StoreCheckpointer: Sendable {
    private struct State {
        var queue: DatabaseQueue?
        /// Bytes of work since the last checkpoint.
        var work = 0
        var isUnderWay = false
        /// Why the last one failed; told with the next transaction.
        var fault: StoreError?
        /// Pages that the log has grown to.
        var logPages = 0
    }

    /// Bytes of work between checkpoints.
    private static let interval = 4 << 20
    /// A log of so many pages, of 4 KiB mostly, is emptied before more is written.
    private static let bound = 16_384

    private let path: String
    private let state = Locked(State())

    init(path: String) { self.path = path }

    /// So many bytes were written; a fault that was met since.
    func wrote(_ bytes: Int) -> StoreError? {
        let (fault, isDue, isOverdue) = state.withLock { state -> (StoreError?, Bool, Bool) in
            state.work += bytes
            let isDue = state.work >= Self.interval && !state.isUnderWay
            if isDue {
                state.work = 0
                state.isUnderWay = true
            }
            return (state.fault.take(), isDue, state.logPages > Self.bound && !state.isUnderWay)
        }
        if let fault { return fault }
        guard !isOverdue else {
            do throws(StoreError) { try empty() } catch { return error }
            return nil
        }
        if isDue { begin() }
        return nil
    }

    private func begin() {
        do throws(StoreError) {
            try connection().asyncWriteWithoutTransaction { [self] database in
                let outcome = Result { try Self.checkpoint(database, "PASSIVE") }
                state.withLock { state in
                    state.isUnderWay = false
                    switch outcome {
                    case .success(let pages): state.logPages = pages
                    case .failure(let error): state.fault = StoreError(error)
                    }
                }
            }
        } catch {
            state.withLock { state in
                state.isUnderWay = false
                state.fault = error
            }
        }
    }

    /// Takes all of the log into the database, and waits for it.
    func empty() throws(StoreError) {
        do {
            let pages = try connection().writeWithoutTransaction { try Self.checkpoint($0, "RESTART") }
            state.withLock { $0.logPages = pages }
        } catch { throw StoreError(error) }
    }

    /// The pages of the log behind it; a database that others use is left as it is.
    private static func checkpoint(_ database: Database, _ kind: String) throws -> Int {
        let row = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(\(kind))")
        let (log, done) = (row?[1] as Int? ?? 0, row?[2] as Int? ?? 0)
        return max(0, kind == "PASSIVE" ? log : log - done)
    }

    private func connection() throws(StoreError) -> DatabaseQueue {
        if let queue = state.withLock({ $0.queue }) { return queue }
        do {
            let queue = try StoreConnection.open(path)
            try queue.writeWithoutTransaction { try $0.execute(sql: StoreConnection.pragmas) }
            state.withLock { $0.queue = queue }
            return queue
        } catch { throw StoreError(error) }
    }

    func close() {
        let queue = state.withLock { state in
            state.fault = nil
            return state.queue.take()
        }
        try? queue?.close()
    }
}
