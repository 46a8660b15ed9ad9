internal import GRDB
internal import System

/// Looks at a database beside those who write to it.
///
/// Public for who reads the queue of a server that isn't running.
public final class StoreReader: Sendable {
    private let path: String
    private let connection = Locked<DatabaseQueue?>(nil)

    public init(path: String) { self.path = path }

    /// One look at a time; what it sees doesn't change meanwhile.
    public func read<Value>(_ body: (StoreTransaction) throws(StoreError) -> Value) throws(StoreError) -> Value {
        do {
            return try queue().read { try body(StoreTransaction($0)) }
        } catch {
            let error = StoreError(error)
            // A file that has failed is not looked at again through the same connection.
            if error.breaks { close() }
            throw error
        }
    }

    private func queue() throws -> DatabaseQueue {
        if let queue = connection.withLock({ $0 }) { return queue }
        let queue = try StoreConnection.open(path, readonly: true)
        connection.withLock { $0 = queue }
        return queue
    }

    /// Lets go of the file, until the next look.
    public func close() {
        let queue = connection.withLock { $0.take() }
        try? queue?.close()
    }
}
