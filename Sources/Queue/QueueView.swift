internal import Store
public import System

/// The queue for whoever only looks: beside the server that delivers it, or when none runs.
///
/// Nothing of it is held in memory, and nothing keeps the server from writing.
public final class QueueView: Sendable {
    let reader: StoreReader
    private let folder: String

    /// Looks at the queue in a folder.
    ///
    /// - Throws: there is none, it may not be read, or it is of another format.
    public init(in folder: String) throws(QueueViewError) {
        self.folder = folder
        let path = folder + "/queue.db"
        do throws(SystemError) {
            _ = try FileFacts.of(path)
        } catch {
            throw error.isMissing ? .missing : .file(error)
        }
        reader = StoreReader(path: path)
        let known = QueueSchema.current.format
        let found = try read { transaction throws(StoreError) in
            try transaction.first("PRAGMA user_version") { $0.integer(0) } ?? 0
        }
        guard found <= known else { throw .store(.newer(found: found, known: known)) }
        guard found == known else { throw .older(found: found, known: known) }
    }

    func read<Value>(
        _ body: (StoreTransaction) throws(StoreError) -> Value
    ) throws(QueueViewError) -> Value {
        do throws(StoreError) { return try reader.read(body) } catch { throw .store(error) }
    }

    /// Writes the text of a message as it is queued.
    ///
    /// - Returns: whether there is such a message.
    public func copy(_ message: QueuedMessage, to output: borrowing FileDescriptor) throws(QueueViewError) -> Bool {
        let place = try read { transaction throws(StoreError) in
            try transaction.first(
                "SELECT spool, (SELECT bytes FROM body WHERE body.id = message.id) FROM message WHERE id = ?",
                [.integer(message.number)]
            ) { ($0.optionalText(0), $0.blob(1)) }
        }
        guard let (spool, bytes) = place else { return false }
        do throws(SystemError) {
            guard let spool else {
                try output.writeAll(bytes ?? [])
                return true
            }
            let file = try FileDescriptor.open("\(folder)/spool/\(spool)")
            while true {
                let part = try file.read(upTo: 1 << 20)
                if part.isEmpty { return true }
                try output.writeAll(part)
            }
        } catch {
            // It was delivered a moment ago.
            if error.isMissing { return false }
            throw .file(error)
        }
    }
}
