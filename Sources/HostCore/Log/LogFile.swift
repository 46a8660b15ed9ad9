internal import Synchronization
internal import System

/// A log file that lines are added to.
///
/// When somebody renames or removes it, as logrotate does, the next lines go to a new file of the same name.
final class LogFile: LogOutput {
    private struct Opened: ~Copyable {
        let descriptor: FileDescriptor
        let facts: FileFacts
    }

    private let path: String
    private let opened: Mutex<Opened>

    /// Opens it now, so that a log that can't be written stops the start.
    init(_ path: String) throws(SystemError) {
        self.path = path
        opened = Mutex(try Self.open(path))
    }

    func write(_ lines: [UInt8]) throws {
        try opened.withLock { opened in
            if !isCurrent(opened.facts) { opened = try Self.open(path) }
            try opened.descriptor.writeAll(lines)
        }
    }

    private func isCurrent(_ facts: FileFacts) -> Bool {
        guard let now = try? FileFacts.of(path) else { return false }
        return now.inode == facts.inode && now.device == facts.device
    }

    private static func open(_ path: String) throws(SystemError) -> Opened {
        let descriptor = try FileDescriptor.open(path, [.write, .append, .create], mode: 0o640)
        let facts = try descriptor.facts()
        return Opened(descriptor: descriptor, facts: facts)
    }
}
