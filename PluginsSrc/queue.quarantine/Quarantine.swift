import Disk
import LineEndings

/// The folder of messages that were put aside: `[SUB/]YYYYMMDD/NAME` below it.
///
/// A message is written to `tmp/` and synced, renamed to its place, and the folders are synced before `keep` returns.
struct Quarantine<D: Disk>: Sendable {
    let disk: D

    /// Absolute; made with its parents when it is missing.
    let root: String

    let endings: LineEndings

    /// Puts a message aside and answers its path; nothing is left of it when that fails.
    ///
    /// `stillWanted` is asked when it is safe and not shown yet.
    func keep(
        _ name: String,
        in folders: [String],
        writtenAs temporary: String,
        stillWanted: () -> Bool,
        text: ((RawSpan) throws -> Void) throws -> Void
    ) throws -> String {
        let root = try disk.openOrMakeFolder(path: root)
        defer { disk.close(root) }
        if try disk.ensureFolder("tmp", in: root) { try disk.sync(root) }
        // A folder that is a symbolic link is refused here: the rename itself would follow it.
        disk.close(try disk.openFolder("tmp", in: root))
        let place = try make(folders, in: root)
        defer { disk.close(place) }
        let written = "tmp/\(temporary)"
        let placed = (folders + [name]).joined(separator: "/")
        do {
            try write(written, in: root, text)
            guard stillWanted() else { throw Unwanted() }
            try disk.rename(written, to: placed, in: root)
            try disk.sync(place)
        } catch {
            for name in [written, placed] { try? disk.remove(name, in: root) }
            throw error
        }
        return "\(self.root)/\(placed)"
    }

    private func write(_ name: String, in root: Int32, _ text: ((RawSpan) throws -> Void) throws -> Void) throws {
        let file = try disk.createFile(name, in: root)
        defer { disk.close(file) }
        var converter = LineEndings.Converter(endings)
        try text { try converter.convert($0) { try disk.writeAll($0, to: file) } }
        try converter.finish { try disk.writeAll($0, to: file) }
        try disk.sync(file)
    }

    /// Opens the folder of that path; what is missing of it is made.
    private func make(_ folders: [String], in root: Int32) throws(DiskFailure) -> Int32 {
        var path = ""
        for name in folders {
            let parent = try disk.openFolder(path.isEmpty ? "." : path, in: root)
            defer { disk.close(parent) }
            _ = try disk.ensureFolder(name, in: parent)
            // Also when it was there: another message may have made it an instant ago and not have synced it yet.
            try disk.sync(parent)
            path += path.isEmpty ? name : "/\(name)"
        }
        return try disk.openFolder(path, in: root)
    }

    /// Nobody waits for the answer any more, so the client will send the mail again.
    struct Unwanted: Error, CustomStringConvertible {
        var description: String { "the disk took so long that the client was told to try again" }
    }
}
