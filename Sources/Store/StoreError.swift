internal import GRDB

/// Why the store didn't do what it was asked for.
public enum StoreError: Error, Sendable, Equatable {
    /// The disk is full, read-only or fails: later perhaps. What SQLite said of it.
    case disk(String)
    /// Another process has the database open for writing.
    case taken(String)
    /// A newer version of this program has written it.
    case newer(found: Int, known: Int)
    /// It was closed.
    case closed
    /// A statement that can't be done, whatever the disk says: a mistake of ours.
    case wrong(String)

    init(_ error: any Error) {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self = .disk("\(error)")
            return
        }
        let said = "SQLite \(error.extendedResultCode.rawValue): \(error.message ?? "no reason given")"
        switch error.resultCode {
        case .SQLITE_ERROR, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_MISUSE, .SQLITE_RANGE, .SQLITE_TOOBIG:
            self = .wrong(said)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .taken(said)
        default: self = .disk(said)
        }
    }

    /// Whether the database has to be opened anew before anything can be trusted to it.
    var breaks: Bool {
        switch self {
        case .disk, .taken: true
        case .newer, .closed, .wrong: false
        }
    }
}

extension StoreError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .disk(let said): "the disk doesn't take it (\(said))"
        case .taken(let said): "another process has the database open (\(said))"
        case .newer(let found, let known):
            "the database has format \(found), and this version knows formats up to \(known): "
                + "run the newer version again, or restore the copy that it made beside the database"
        case .closed: "the store is closed"
        case .wrong(let said): "a statement fails (\(said))"
        }
    }
}
