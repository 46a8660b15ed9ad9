internal import GRDB

/// Opens a database file the same way for whoever writes it, reads it, or empties its log.
enum StoreConnection {
    /// How long a connection waits for another process.
    private static let patience = 5.0

    static func open(_ path: String, readonly: Bool = false) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = readonly
        configuration.busyMode = .timeout(patience)
        configuration.foreignKeysEnabled = false
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// A commit is on the disk when it has succeeded; pages of the write-ahead log are taken into the database when we say
    /// so.
    static let pragmas = "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0"
}
