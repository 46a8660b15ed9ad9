import Disk
import LineEndings

/// The mailboxes below the mail folder, and the way a message gets into them.
///
/// A delivery is all or nothing: every copy is written to `tmp/` and synced before the first is renamed into `new/`,
/// and the folders are synced before `deliver` returns. When any step fails, or the answer came too late to be wanted,
/// what was written is removed again.
struct Maildir<D: Disk>: Sendable {
    let disk: D

    /// The mail folder, absolute.
    let root: String

    /// Whether a mailbox that is missing is made at its first message.
    let creates: Bool

    let endings: LineEndings

    let names: UniqueName

    /// Makes the mail folder when only it, and not its parent, is missing.
    func prepare() throws(DiskFailure) {
        do throws(DiskFailure) { disk.close(try disk.openFolder(path: root)) } catch {
            guard error.means(.absent), let slash = root.lastIndex(of: "/") else { throw error }
            let parent = try disk.openFolder(path: String(root[...slash]))
            defer { disk.close(parent) }
            _ = try disk.ensureFolder(String(root[root.index(after: slash)...]), in: parent)
            try disk.sync(parent)
        }
    }

    /// Whether the mailbox is there.
    func has(_ mailbox: Mailbox) throws(DiskFailure) -> Bool {
        let root = try disk.openFolder(path: root)
        defer { disk.close(root) }
        do throws(DiskFailure) {
            let folder = try open(mailbox.path, in: root)
            defer { disk.close(folder) }
            disk.close(try disk.openFolder("new", in: folder))
            return true
        } catch {
            guard error.means(.absent) else { throw error }
            return false
        }
    }

    /// Puts each letter, followed by the message, into its mailbox.
    ///
    /// `text` hands the message to its closure part by part, each time anew. `progress` is called after each sync of a
    /// file or a `new/`. `stillWanted` is asked once, when every copy is safe and none is shown yet: when nobody waits for
    /// the answer any more the client will send the mail again, so what it gets now would be there twice.
    func deliver(
        _ letters: [Letter],
        stillWanted: () -> Bool,
        progress: () -> Void,
        text: ((RawSpan) throws -> Void) throws -> Void
    ) throws {
        let root = try disk.openFolder(path: root)
        defer { disk.close(root) }
        var copies: [Copy] = []
        defer { for copy in copies { disk.close(copy.folder) } }
        do {
            for letter in letters {
                let folder = try openForWriting(letter.mailbox, in: root)
                copies.append(Copy(folder: folder, name: names.next()))
                try write(letter, to: copies[copies.count - 1], text)
                progress()
            }
            guard stillWanted() else { throw AnswerUnwanted() }
            for copy in copies { try disk.rename(copy.written, to: copy.placed, in: copy.folder) }
            for copy in copies {
                try syncNew(of: copy.folder)
                progress()
            }
        } catch {
            for copy in copies { takeBack(copy) }
            throw error
        }
    }

    /// A file on its way: its mailbox's open folder, and its name there before and after the rename.
    private struct Copy {
        let folder: Int32
        let name: String
        var written: String { "tmp/\(name)" }
        var placed: String { "new/\(name)" }
    }

    private func write(_ letter: Letter, to copy: Copy, _ text: ((RawSpan) throws -> Void) throws -> Void) throws {
        let file = try disk.createFile(copy.written, in: copy.folder)
        defer { disk.close(file) }
        var converter = LineEndings.Converter(endings)
        try unsafe converter.convert(letter.heading.span.bytes) { try disk.writeAll($0, to: file) }
        try text { try converter.convert($0) { try disk.writeAll($0, to: file) } }
        try converter.finish { try disk.writeAll($0, to: file) }
        try disk.sync(file)
    }

    private func syncNew(of folder: Int32) throws(DiskFailure) {
        let new = try disk.openFolder("new", in: folder)
        defer { disk.close(new) }
        try disk.sync(new)
    }

    // Under both names: a rename that reported a failure may have happened.
    private func takeBack(_ copy: Copy) {
        for name in [copy.written, copy.placed] { try? disk.remove(name, in: copy.folder) }
    }

    /// Opens a mailbox with all that a delivery needs; makes what is missing inside it, and itself when allowed to.
    private func openForWriting(_ mailbox: Mailbox, in root: Int32) throws(DiskFailure) -> Int32 {
        if creates { try make(mailbox, in: root) }
        let folder = try open(mailbox.path, in: root)
        do throws(DiskFailure) {
            var made = false
            for name in ["tmp", "new", "cur"] { made = try disk.ensureFolder(name, in: folder) || made }
            // A subfolder that is a symbolic link is refused here: the rename itself would follow it.
            for name in ["tmp", "new"] { disk.close(try disk.openFolder(name, in: folder)) }
            if made || creates { try disk.sync(folder) }
            return folder
        } catch {
            disk.close(folder)
            throw error
        }
    }

    private func make(_ mailbox: Mailbox, in root: Int32) throws(DiskFailure) {
        var depth: [String] = []
        for name in mailbox.path {
            let parent = try open(depth, in: root)
            defer { disk.close(parent) }
            _ = try disk.ensureFolder(name, in: parent)
            // Also when it was there: another delivery may have made it an instant ago and not have synced it yet.
            try disk.sync(parent)
            depth.append(name)
        }
    }

    private func open(_ path: [String], in root: Int32) throws(DiskFailure) -> Int32 {
        try disk.openFolder(path.isEmpty ? "." : path.joined(separator: "/"), in: root)
    }
}
