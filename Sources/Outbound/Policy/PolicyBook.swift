internal import Dispatch
internal import Queue
internal import Store
internal import System

/// What is known of other domains' TLS and must outlive the process: their policies, and what they are to be told.
public final class PolicyBook: Sendable {
    let store: Store
    let bounds: BookBounds
    /// Reading may have to wait for the disk, which no task may.
    private let readers = DispatchQueue(label: "haraka.policies")

    static let schema = StoreSchema(steps: [
        [
            """
            CREATE TABLE policy (
                domain TEXT PRIMARY KEY, id TEXT NOT NULL, text BLOB NOT NULL, fetched INTEGER NOT NULL,
                expires INTEGER NOT NULL, refreshes INTEGER NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID
            """,
            "CREATE INDEX policy_refreshes ON policy (refreshes)",
            "CREATE INDEX policy_expires ON policy (expires)",
            """
            CREATE TABLE tally (
                day INTEGER NOT NULL, domain TEXT NOT NULL, kind TEXT NOT NULL, lines TEXT NOT NULL,
                patterns TEXT NOT NULL, result TEXT NOT NULL, host TEXT NOT NULL, remote TEXT NOT NULL,
                local TEXT NOT NULL, reason TEXT NOT NULL, sessions INTEGER NOT NULL,
                PRIMARY KEY (day, domain, kind, lines, patterns, result, host, remote, local, reason)) WITHOUT ROWID
            """,
            """
            CREATE TABLE report (
                day INTEGER NOT NULL, domain TEXT NOT NULL, due INTEGER NOT NULL, tries INTEGER NOT NULL,
                done TEXT NOT NULL, PRIMARY KEY (day, domain)) WITHOUT ROWID
            """,
        ]
    ])

    /// Opens the book, or makes it.
    ///
    /// - Parameters:
    ///   - path: a file in a folder that is there.
    ///   - report: told in a sentence when the disk breaks and when it is well again, on any thread.
    /// - Throws: why it can't be opened.
    public convenience init(
        path: String,
        report: @escaping @Sendable (String) -> Void
    ) throws(PolicyBookError) {
        try self.init(path: path, bounds: BookBounds(), report: report)
    }

    init(path: String, bounds: BookBounds, report: @escaping @Sendable (String) -> Void) throws(PolicyBookError) {
        self.bounds = bounds
        do throws(StoreError) {
            store = try Store(path: path, schema: Self.schema, report: report)
        } catch { throw PolicyBookError(reason: "\(error)") }
    }

    /// Writes what waits, and closes.
    public func close() { store.close() }

    /// Nil where the disk doesn't give it.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (StoreTransaction) throws(StoreError) -> Value
    ) async -> Value? {
        await withCheckedContinuation { continuation in
            readers.async { [store] in continuation.resume(returning: try? store.read(body)) }
        }
    }

    /// Waits until it is on the disk; whether it is.
    @discardableResult
    func write(_ work: @escaping Store.Work) async -> Bool {
        await withCheckedContinuation { continuation in
            store.write(work) { continuation.resume(returning: $0 == nil) }
        }
    }
}
