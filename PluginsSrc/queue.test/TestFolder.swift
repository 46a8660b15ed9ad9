import Disk

/// The folder of written messages.
final class TestFolder<D: Disk>: Sendable {
    let disk: D

    /// Absolute; made with its parents when it is missing.
    let path: String

    init(disk: D, path: String) {
        self.disk = disk
        self.path = path
    }

    /// Writes a message to a new file; a file that could not be finished is removed.
    ///
    /// `text` hands the message to its closure part by part.
    func write(_ name: String, text: ((RawSpan) throws -> Void) throws -> Void) throws {
        let folder = try disk.openOrMakeFolder(path: path)
        defer { disk.close(folder) }
        let file = try disk.createFile(name, in: folder)
        defer { disk.close(file) }
        do {
            try text { try disk.writeAll($0, to: file) }
            // The answer is a 250 like any other, so the file must be there after a power loss.
            try disk.sync(file)
            try disk.sync(folder)
        } catch {
            try? disk.remove(name, in: folder)
            throw error
        }
    }
}
