import System

/// Reads all files of one directory, each in one piece.
struct DirectoryReader {
    /// The bounds of what is read; what is beyond them is told, never cut.
    enum Bound {
        static let fileSize = 16 << 20
        static let depth = 8
        static let files = 10_000
        /// How often a file is read anew because it changed meanwhile.
        static let attempts = 5
    }

    private let path: String
    private let shown: String
    private let isShipped: Bool
    private(set) var files: [String: ConfigFile] = [:]
    private(set) var problems: [Problem] = []

    init(path: String, isShipped: Bool) {
        self.path = path
        shown = isShipped ? path : Files.split(path).name
        self.isShipped = isShipped
    }

    /// Throws only when the directory itself can't be listed; faults of single files become problems.
    mutating func read() throws(SystemError) {
        try read(FileDescriptor.open(path, [.directory]), prefix: "", above: [])
    }

    private mutating func read(
        _ folder: borrowing FileDescriptor,
        prefix: String,
        above: [FileFacts]
    ) throws(SystemError) {
        let facts = try folder.facts()
        // A link to a folder above would be read for ever.
        if above.contains(where: { $0.inode == facts.inode && $0.device == facts.device }) { return }
        for entry in try folder.entries() where !FileType.isIgnored(entry.name) {
            let name = prefix + entry.name
            do throws(SystemError) {
                switch try folder.facts(of: entry.name, followingLinks: true).kind {
                case .directory where above.count < Bound.depth:
                    let inner = try folder.open(entry.name, [.directory])
                    try read(inner, prefix: name + "/", above: above + [facts])
                case .directory: report(name, "lies more than \(Bound.depth) folders deep and is not read")
                case .file: try readFile(entry.name, name, in: folder)
                default: report(name, "is no regular file; remove it", .warning)
                }
            } catch {
                complain(name, error)
            }
        }
    }

    private mutating func readFile(
        _ entry: String,
        _ name: String,
        in folder: borrowing FileDescriptor
    ) throws(SystemError) {
        guard files.count < Bound.files else { return report(name, "is one of more than \(Bound.files) files") }
        for _ in 0..<Bound.attempts {
            let file = try folder.open(entry, [.read, .nonBlocking])
            let before = try file.facts()
            let bytes = try file.readAll(limit: Bound.fileSize)
            // Whoever edits in place could have been caught in the middle; whoever renames is another inode.
            let after = try folder.facts(of: entry, followingLinks: true)
            guard after.isUnchanged(since: before), bytes.count == after.size else { continue }
            let (parsed, found) = ConfigFile.parse(
                name: name,
                path: path + "/" + name,
                shownPath: shown + "/" + name,
                isShipped: isShipped,
                bytes: bytes,
                facts: after
            )
            files[name] = parsed
            problems += found
            return
        }
        report(name, "keeps changing while it is read; write it beside its place and rename it")
    }

    private mutating func complain(_ name: String, _ error: SystemError) {
        if error.isTooLarge { return report(name, "is larger than \(Bound.fileSize >> 20) MiB") }
        guard error.isDenied else { return report(name, "cannot be read: \(error.reason)") }
        let user = (try? Account.numbered(Privileges.effectiveUser))?.name ?? "\(Privileges.effectiveUser)"
        let group = Privileges.effectiveGroup
        let file = ShellWord.of(path + "/" + name)
        let fix = "run: chgrp \(group) \(file) && chmod g+r \(file)"
        report(name, "user \(user) may not read this file", fix: fix)
    }

    private mutating func report(
        _ name: String,
        _ message: String,
        _ severity: Problem.Severity = .error,
        fix: String? = nil
    ) {
        problems.append(Problem(severity, file: shown + "/" + name, message: message, fix: fix))
    }
}
