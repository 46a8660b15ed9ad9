internal import Glibc
internal import System

/// Opens a file only when nobody but trusted users could have put it there or could replace it.
///
/// It walks from `/` and looks at each component through its open descriptor, so a name that is exchanged on the way
/// changes nothing.
struct TrustedPath {
    /// Who may own the file, its folders and the links on the way.
    let owners: Set<UInt32>

    enum Fault: Error {
        /// The operator can mend it: what is wrong, and how.
        case untrusted(reason: String, fix: String)
        case system(SystemError)
    }

    private static let mostLinks = 40
    /// O_PATH, which glibc shows to GNU sources only; the number is the same on x86_64 and aarch64.
    private static let onlyPath = OpenFlags(rawValue: 0o10_000_000)

    func open(_ path: String) throws(Fault) -> FileDescriptor {
        var rest = Self.components(try Self.absolute(path))
        var folder = try root()
        var links = 0
        while let name = rest.popLast() {
            let item = try open(name, in: folder, [Self.onlyPath, .noFollow])
            let facts = try facts(of: item)
            switch facts.kind {
            case .directory:
                try check(folder: facts, item.path)
                folder = item
            case .symbolicLink:
                try check(owner: facts, item.path)
                links += 1
                guard links <= Self.mostLinks else {
                    throw .untrusted(reason: "\(path) has links that lead in a circle", fix: "Remove them")
                }
                let target = try Self.target(of: item)
                if target.hasPrefix("/") { folder = try root() }
                rest += Self.components(target)
            case .file where rest.isEmpty:
                let file = try open(name, in: folder, [.noFollow, .nonBlocking])
                try check(file: try self.facts(of: file), file.path)
                return file
            default:
                throw .untrusted(
                    reason: "\(item.path) is no regular file",
                    fix: "Put the plugin's shared library there"
                )
            }
        }
        throw .untrusted(reason: "\(path) is a folder", fix: "Put the plugin's shared library there")
    }

    private func root() throws(Fault) -> FileDescriptor {
        let root = try Self.attempt { () throws(SystemError) in
            try FileDescriptor.open("/", [Self.onlyPath, .directory])
        }
        try check(folder: facts(of: root), "/")
        return root
    }

    private func open(
        _ name: String,
        in folder: borrowing FileDescriptor,
        _ flags: OpenFlags
    ) throws(Fault) -> FileDescriptor {
        try Self.attempt { () throws(SystemError) in try folder.open(name, flags) }
    }

    private func facts(of file: borrowing FileDescriptor) throws(Fault) -> FileFacts {
        try Self.attempt { () throws(SystemError) in try file.facts() }
    }

    /// Makes a fault of this type from what the system answers.
    static func attempt<Result: ~Copyable>(
        _ body: () throws(SystemError) -> Result
    ) throws(Fault) -> Result {
        do { return try body() } catch { throw .system(error) }
    }

    private func check(file: FileFacts, _ path: String) throws(Fault) {
        guard file.kind == .file else {
            throw .untrusted(reason: "\(path) is no regular file", fix: "Put the plugin's shared library there")
        }
        try check(owner: file, path)
        if file.mode & 0o022 != 0 { throw Self.writable(path, file.mode) }
    }

    private func check(folder: FileFacts, _ path: String) throws(Fault) {
        try check(owner: folder, path)
        // In a sticky folder only the owner of a file can rename or remove it, and each file's owner is looked at.
        if folder.mode & 0o022 != 0, folder.mode & 0o1000 == 0 { throw Self.writable(path, folder.mode) }
    }

    private func check(owner facts: FileFacts, _ path: String) throws(Fault) {
        if owners.contains(facts.uid) { return }
        let owner = (try? Account.numbered(facts.uid))?.name ?? "user \(facts.uid)"
        throw .untrusted(
            reason: "\(path) belongs to \(owner), who is neither root nor the server's user nor who started it",
            fix: "Give it to root with: chown -h root \(path)"
        )
    }

    private static func writable(_ path: String, _ mode: UInt32) -> Fault {
        let who = mode & 0o002 != 0 ? "everybody" : "its group"
        return .untrusted(reason: "\(path) can be written by \(who)", fix: "Run: chmod go-w \(path)")
    }

    /// The last component is first, so that the next one is at the end.
    private static func components(_ path: String) -> [String] {
        path.split(separator: "/").filter { $0 != "." }.reversed().map(String.init)
    }

    private static func absolute(_ path: String) throws(Fault) -> String {
        if path.hasPrefix("/") { return path }
        return try attempt { () throws(SystemError) in try Files.canonical(".") + "/" + path }
    }

    private static func target(of link: borrowing FileDescriptor) throws(Fault) -> String {
        var text = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = unsafe readlinkat(link.number, "", &text, text.count)
        guard length > 0 else { throw .system(SystemError(errno: errno, call: "readlinkat", path: link.path)) }
        return String(decoding: text[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
