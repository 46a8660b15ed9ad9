internal import Dispatch
internal import System

/// A SQLite database to which many write at once and which answers for what it has said yes to.
///
/// Whatever gathers while a transaction is on its way to the disk shares the next one and its fsync. When the disk fails, all
/// that shared the transaction fails; the database is then closed and opened anew before it takes anything again, since the
/// kernel calls pages clean whose fsync has failed.
public final class Store: Sendable {
    public typealias Work = @Sendable (StoreTransaction) throws(StoreError) -> Void

    struct Item: Sendable {
        let bytes: Int
        let work: Work
        let undo: Work?
        let undone: (@Sendable () -> Void)?
        let done: @Sendable (StoreError?) -> Void
    }

    /// Items that share a transaction at most, so that none waits long for the others.
    private static let batch = 256
    /// How long an idle item waits for a transaction that it can share.
    private static let idleTime = DispatchTimeInterval.milliseconds(10)

    private let desk = Locked(StoreDesk())
    private let writer = DispatchQueue(label: "haraka.store.writer")
    /// Touched on the writer's queue only.
    private let ledger: Locked<StoreLedger>
    private let reader: StoreReader
    public let path: String

    /// Opens the database, or makes it; an older format is copied, then brought up to date.
    ///
    /// - Parameters:
    ///   - path: the file; its folder must be there.
    ///   - schema: what is in it.
    ///   - report: told in a sentence when it breaks and when it is well again, on any thread.
    /// - Throws: why it can't be opened, or that a newer version has written it.
    public init(path: String, schema: StoreSchema, report: @escaping @Sendable (String) -> Void) throws(StoreError) {
        self.path = path
        ledger = Locked(try StoreLedger(path: path, schema: schema, report: report))
        reader = StoreReader(path: path)
    }

    /// Does a piece of work in a transaction that it may share, and says what became of it when that is on the disk.
    ///
    /// A transaction that was refused may have reached the disk all the same: `undo` is done before anything else once the
    /// disk is well again, and has to take back what the work did, if it did.
    ///
    /// - Parameters:
    ///   - bytes: about how much it writes.
    ///   - isIdle: nobody minds a few milliseconds' wait for others to share a transaction with.
    ///   - work: done on the store's own thread, perhaps more than once.
    ///   - undo: see above; nil where doing it twice does no harm.
    ///   - undone: told once, where the work was refused, when nothing of it can be on the disk any more.
    ///   - done: told once, on the store's own thread; nil is success.
    public func write(
        bytes: Int = 512,
        isIdle: Bool = false,
        _ work: @escaping Work,
        undo: Work? = nil,
        undone: (@Sendable () -> Void)? = nil,
        _ done: @escaping @Sendable (StoreError?) -> Void
    ) {
        let item = Item(bytes: bytes, work: work, undo: undo, undone: undone, done: done)
        switch desk.withLock({ $0.take(item, isIdle: isIdle) }) {
        case .nothing: break
        case .call: writer.async { [self] in drain() }
        case .set: setAlarm()
        case .refuse:
            done(.closed)
            undone?()
        }
    }

    /// Calls the writer when idle items have waited long enough.
    private func setAlarm() {
        writer.asyncAfter(deadline: .now() + Self.idleTime) { [self] in
            desk.withLock { $0.ring() }
            drain()
        }
    }

    /// The same, and waits; never on an event loop.
    public func writeNow(_ work: @escaping Work) throws(StoreError) {
        let outcome = Locked<StoreError?>(nil)
        let finished = DispatchSemaphore(value: 0)
        write(work) { error in
            outcome.withLock { $0 = error }
            finished.signal()
        }
        finished.wait()
        if let error = outcome.withLock({ $0 }) { throw error }
    }

    /// Looks at what is on the disk, on the caller's thread, which may have to wait.
    public func read<Value>(_ body: (StoreTransaction) throws(StoreError) -> Value) throws(StoreError) -> Value {
        try reader.read(body)
    }

    /// Writes what waits, and closes.
    public func close() {
        desk.withLock { $0.close() }
        writer.sync { [self] in
            drain()
            ledger.withLock { $0.close() }
        }
        reader.close()
    }

    /// Writes until all that is left are idle items.
    private func drain() {
        while true {
            let (items, isToBeSet) = desk.withLock { $0.give(atMost: Self.batch) }
            if isToBeSet { setAlarm() }
            guard !items.isEmpty else { return }
            ledger.withLock { $0.commit(items) }
        }
    }
}
