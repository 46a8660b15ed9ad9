internal import Dispatch
internal import System

/// Where the texts of big messages are, each in a file of its own.
///
/// A file is on the disk, its name included, before a row of the database names it, and goes after that row: whatever no
/// row names is an orphan.
final class SpoolFolder: Sendable {
    private static let hands = 4

    let path: String
    private let folder: FileDescriptor
    /// Disks take several files at once gladly; each hand writes one.
    private let queues: [DispatchQueue]
    private let turn = Locked(0)

    init(_ path: String) throws(SystemError) {
        self.path = path
        try Files.makeDirectory(path, mode: 0o700)
        folder = try FileDescriptor.open(path, .directory)
        queues = (0..<Self.hands).map { DispatchQueue(label: "haraka.queue.spool.\($0)") }
    }

    /// Writes a file and has it on the disk before it says so; a name that is taken is written anew.
    func write(
        _ name: String,
        _ write: @escaping @Sendable (borrowing FileDescriptor) throws(SystemError) -> Void,
        _ done: @escaping @Sendable (SystemError?) -> Void
    ) {
        let hand = turn.withLock { turn in
            turn = (turn + 1) % Self.hands
            return turn
        }
        queues[hand].async { [self] in
            do throws(SystemError) {
                let file = try folder.open(name, [.readWrite, .create, .truncate], mode: 0o600)
                try write(file)
                try file.synchronize()
                try folder.synchronize()
            } catch {
                try? folder.unlink(name)
                return done(error)
            }
            done(nil)
        }
    }

    /// Takes files away that no row names any more.
    func remove(_ names: [String]) {
        guard !names.isEmpty else { return }
        queues[0].async { [self] in removeNow(names) }
    }

    /// The same, on the caller's thread.
    func removeNow(_ names: [String]) { for name in names { try? folder.unlink(name) } }

    /// The files that are there.
    func names() throws(SystemError) -> [String] { try folder.entries().map(\.name) }

    func open(_ name: String) throws(SystemError) -> FileDescriptor { try folder.open(name) }
}
