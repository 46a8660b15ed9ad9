internal import Foundation
internal import GRDB
internal import System

/// A database file opened for writing, its format made the current one.
struct StoreFile {
    let queue: DatabaseQueue

    private static let pragmas = [
        "PRAGMA auto_vacuum=INCREMENTAL", "PRAGMA journal_mode=WAL", StoreConnection.pragmas,
        "PRAGMA temp_store=MEMORY",
    ]

    init(path: String, schema: StoreSchema) throws(StoreError) {
        do {
            // Made by ourselves, so that nobody else can ever read it.
            _ = try FileDescriptor.open(path, [.readWrite, .create], mode: 0o600)
            queue = try StoreConnection.open(path)
            try queue.writeWithoutTransaction { database in
                for pragma in Self.pragmas { try database.execute(sql: pragma) }
            }
            try Self.migrate(queue, path, schema)
        } catch let error as SystemError {
            throw .disk("\(error)")
        } catch { throw StoreError(error) }
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
