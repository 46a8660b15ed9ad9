internal import Foundation
internal import GRDB
internal import System

/// A database file opened for writing, its format made the current one.
struct StoreFile {
    let queue: DatabaseQueue

    /// Pages of the write-ahead log are taken into the database when we say so, on another connection.
    private static let pragmas = [
        "PRAGMA auto_vacuum=INCREMENTAL", "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL",
        "PRAGMA wal_autocheckpoint=0", "PRAGMA foreign_keys=OFF", "PRAGMA temp_store=MEMORY",
    ]

    init(path: String, schema: StoreSchema) throws(StoreError) {
        do {
            // Made by ourselves, so that nobody else can ever read it.
            _ = try FileDescriptor.open(path, [.readWrite, .create], mode: 0o600)
            queue = try DatabaseQueue(path: path, configuration: Self.configuration)
            try queue.writeWithoutTransaction { database in
                for pragma in Self.pragmas { try database.execute(sql: pragma) }
            }
            try Self.migrate(queue, path, schema)
        } catch let error as SystemError {
            throw .disk("\(error)")
        } catch { throw StoreError(error) }
    }

    private static var configuration: GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(5)
        configuration.journalMode = .default
        configuration.maximumReaderCount = 1
        configuration.foreignKeysEnabled = false
        return configuration
    }

    private static func migrate(_ queue: DatabaseQueue, _ path: String, _ schema: StoreSchema) throws {
        let found = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
        guard found <= schema.format else { throw StoreError.newer(found: found, known: schema.format) }
        guard found < schema.format else { return }
        if found > 0 { try copy(queue, path, found) }
        try queue.write { database in
            for step in schema.steps[found...] {
                for statement in step { try database.execute(sql: statement) }
            }
            try database.execute(sql: "PRAGMA user_version=\(schema.format)")
        }
    }

    /// Keeps what was there: a whole database beside this one, on the disk before anything changes.
    private static func copy(_ queue: DatabaseQueue, _ path: String, _ format: Int) throws {
        let copy = "\(path).format-\(format)"
        if Files.canRead(copy) { try Files.remove(copy) }
        try queue.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [copy]) }
        let file = try FileDescriptor.open(copy, .readWrite)
        try file.changeMode(0o600)
        try file.synchronize()
        try FileDescriptor.open(Files.split(path).folder, .directory).synchronize()
    }
}
