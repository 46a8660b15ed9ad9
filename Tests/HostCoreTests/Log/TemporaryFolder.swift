import System

/// A folder for one test, gone with it.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = "/tmp/haraka-log-\(UInt64.random(in: 0...UInt64.max))"
        let parent = try FileDescriptor.open("/tmp", [.directory])
        try parent.makeDirectory(String(path.dropFirst(5)))
    }

    deinit {
        guard let folder = try? open() else { return }
        for entry in (try? folder.entries()) ?? [] { try? folder.unlink(entry.name) }
        let parent = try? FileDescriptor.open("/tmp", [.directory])
        try? parent?.removeDirectory(String(path.dropFirst(5)))
    }

    func write(_ name: String, _ text: String) throws {
        try FileDescriptor.open("\(path)/\(name)", [.write, .create, .truncate]).writeAll(text)
    }

    func read(_ name: String) throws -> String {
        String(decoding: try FileDescriptor.open("\(path)/\(name)").readAll(limit: 1 << 20), as: UTF8.self)
    }

    func rename(_ name: String, _ newName: String) throws { try open().rename(name, to: newName) }
    func remove(_ name: String) throws { try open().unlink(name) }

    private func open() throws -> FileDescriptor { try FileDescriptor.open(path, [.directory]) }
}
