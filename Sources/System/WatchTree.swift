import Glibc

/// The folders that inotify looks at, and what its events mean.
struct WatchTree: ~Copyable, Sendable {
    private struct Folder {
        var path: String
        /// Whether everything in it counts, or only the names of roots that lie in it.
        var isWatched = false
        var roots: [String: String] = [:]  // name in this folder → the root as it was given
    }

    private let inotify: FileDescriptor
    private let roots: [String]
    private var folders: [Int32: Folder] = [:]
    private var found: [(path: String, event: Settling.Event)] = []

    /// A tree this deep is a loop of bind mounts or a mistake.
    private static let maximumDepth = 16

    var number: Int32 { inotify.number }

    static func watching(_ roots: [String]) throws(SystemError) -> WatchTree {
        let number = try SystemCall.retrying("inotify_init1") { inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK)) }
        var tree = WatchTree(inotify: FileDescriptor(owning: number, path: "inotify"), roots: roots)
        try tree.start()
        return tree
    }

    private init(inotify: consuming FileDescriptor, roots: [String]) {
        self.inotify = inotify
        self.roots = roots
    }

    private mutating func start() throws(SystemError) {
        for root in roots {
            try watchParent(of: root)
            do throws(SystemError) {
                try watch(root, depth: 0)
            } catch  where error.isMissing {
                continue  // its parent will tell when it comes
            }
        }
        found = []
    }

    /// Everything that has happened since the last call.
    mutating func events() -> [(path: String, event: Settling.Event)] {
        while let bytes = try? inotify.read(upTo: 64 << 10), !bytes.isEmpty { take(bytes) }
        defer { found = [] }
        return found
    }

    private mutating func watchParent(of root: String) throws(SystemError) {
        let (parent, name) = Files.split(root)
        let wanted = UInt32(IN_CREATE) | UInt32(IN_MOVED_TO) | UInt32(IN_MOVED_FROM) | UInt32(IN_DELETE)
        let id = try SystemCall.retrying("inotify_add_watch", parent) {
            unsafe inotify_add_watch(inotify.number, parent, wanted | UInt32(IN_MASK_ADD) | UInt32(IN_ONLYDIR))
        }
        folders[id, default: Folder(path: parent)].roots[name] = root
    }

    /// Watches a folder and those in it.
    ///
    /// What is in it already is put down as changed: it may have come before the watch.
    private mutating func watch(_ path: String, depth: Int) throws(SystemError) {
        guard depth <= Self.maximumDepth else { return }
        let changes = UInt32(IN_CREATE) | UInt32(IN_MODIFY) | UInt32(IN_CLOSE_WRITE) | UInt32(IN_ATTRIB)
        let moves = UInt32(IN_MOVED_FROM) | UInt32(IN_MOVED_TO) | UInt32(IN_DELETE)
        // A root may be a link to the real folder; below it links are not followed, so there is no loop.
        let how = UInt32(IN_ONLYDIR) | UInt32(IN_MASK_ADD) | (depth == 0 ? 0 : UInt32(IN_DONT_FOLLOW))
        let id = try SystemCall.retrying("inotify_add_watch", path) {
            unsafe inotify_add_watch(inotify.number, path, changes | moves | how)
        }
        var folder = folders[id] ?? Folder(path: path)
        folder.path = path
        folder.isWatched = true
        folders[id] = folder
        for entry in (try? FileDescriptor.open(path, [.directory]).entries()) ?? [] {
            let inner = path + "/" + entry.name
            found.append((inner, .changed))
            guard entry.kind == .directory else { continue }
            do throws(SystemError) {
                try watch(inner, depth: depth + 1)
            } catch  where error.isMissing || error.isDenied || error.isEscape {
                continue  // gone meanwhile, or nothing that this process could read
            }
        }
    }

    private mutating func take(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while rest.count >= MemoryLayout<inotify_event>.size {
            let header = unsafe rest.withUnsafeBytes { unsafe $0.loadUnaligned(as: inotify_event.self) }
            rest = rest.dropFirst(MemoryLayout<inotify_event>.size)
            let name = String(decoding: rest.prefix(Int(header.len)).prefix { $0 != 0 }, as: UTF8.self)
            rest = rest.dropFirst(Int(header.len))
            happened(header.mask, folder: header.wd, name: name)
        }
    }

    private mutating func happened(_ mask: UInt32, folder id: Int32, name: String) {
        if mask & UInt32(IN_Q_OVERFLOW) != 0 { return lostEvents() }
        guard let folder = folders[id] else { return }
        if mask & UInt32(IN_IGNORED) != 0 { return folders[id] = nil }
        guard !name.isEmpty else { return }
        if let root = folder.roots[name] { rootHappened(root, mask) }
        guard folder.isWatched else { return }
        let path = folder.path + "/" + name
        found.append((path, Self.event(mask)))
        if Self.isNewFolder(mask) || isUnlocked(path, mask) { try? watch(path, depth: 1) }
        if mask & UInt32(IN_MOVED_FROM) != 0 { forget(path) }
    }

    /// The kernel dropped events: what changed is unknown, so everything did, and folders may have come unseen.
    private mutating func lostEvents() {
        for root in roots {
            found.append((root, .changed))
            try? watch(root, depth: 0)
        }
    }

    private mutating func rootHappened(_ root: String, _ mask: UInt32) {
        found.append((root, .changed))
        // The folder of that name is another one now, or none.
        if mask & UInt32(IN_MOVED_FROM | Int32(IN_DELETE)) != 0 { forget(root) }
        if mask & UInt32(IN_MOVED_TO | Int32(IN_CREATE)) != 0 {
            forget(root)
            try? watch(root, depth: 0)
        }
    }

    /// Ends the watches on a folder that has left, which inotify would follow to its new place.
    private mutating func forget(_ path: String) {
        for (id, folder) in folders where folder.isWatched && (folder.path == path || folder.path.hasPrefix(path + "/"))
        {
            if folder.roots.isEmpty {
                _ = inotify_rm_watch(inotify.number, id)
                folders[id] = nil
            } else {
                folders[id]?.isWatched = false
            }
        }
    }

    /// Whether a folder may have become readable that wasn't when it came.
    private func isUnlocked(_ path: String, _ mask: UInt32) -> Bool {
        guard mask & UInt32(IN_ISDIR) != 0, mask & UInt32(IN_ATTRIB) != 0 else { return false }
        return !folders.values.contains { $0.isWatched && $0.path == path }
    }

    private static func isNewFolder(_ mask: UInt32) -> Bool {
        mask & UInt32(IN_ISDIR) != 0 && mask & UInt32(IN_CREATE | IN_MOVED_TO) != 0
    }

    private static func event(_ mask: UInt32) -> Settling.Event {
        if mask & UInt32(IN_CLOSE_WRITE) != 0 { return .closed }
        return mask & UInt32(IN_MODIFY) != 0 ? .written : .changed
    }
}
