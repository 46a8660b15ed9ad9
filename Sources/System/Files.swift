import Glibc

/// Whole files and folders by their path, for what isn't done on behalf of a stranger.
public enum Files {
    /// All bytes of a file; EFBIG when they are more than `limit`.
    public static func read(_ path: String, limit: Int = 16 << 20) throws(SystemError) -> [UInt8] {
        try FileDescriptor.open(path).readAll(limit: limit)
    }

    /// Replaces a file as a whole and durably; see `FileDescriptor.replace`.
    public static func replace(_ path: String, with bytes: [UInt8], mode: UInt32 = 0o600) throws(SystemError) {
        let (folder, name) = split(path)
        try FileDescriptor.open(folder, [.directory]).replace(name, with: bytes, mode: mode)
    }

    /// Makes a folder and those above it that are missing.
    ///
    /// It is no fault when it is there.
    public static func makeDirectory(_ path: String, mode: UInt32 = 0o755) throws(SystemError) {
        do throws(SystemError) {
            try SystemCall.check(path, "mkdir")
            try SystemCall.retrying("mkdir", path) { unsafe mkdir(path, mode_t(mode)) }
        } catch  where error.errno == EEXIST {
            guard try FileFacts.of(path).kind == .directory else { throw error }
        } catch  where error.errno == ENOENT && split(path).folder != path {
            try makeDirectory(split(path).folder, mode: mode)
            try SystemCall.retrying("mkdir", path) { unsafe mkdir(path, mode_t(mode)) }
        }
    }

    /// Removes a file, or a folder with all that is in it.
    ///
    /// Links are removed, not followed.
    public static func remove(_ path: String) throws(SystemError) {
        let (folder, name) = split(path)
        try remove(name, in: FileDescriptor.open(folder, [.directory]))
    }

    private static func remove(_ name: String, in folder: borrowing FileDescriptor) throws(SystemError) {
        guard try folder.facts(of: name).kind == .directory else { return try folder.unlink(name) }
        let inner = try folder.open(name, [.directory, .noFollow])
        for entry in try inner.entries() { try remove(entry.name, in: inner) }
        try folder.removeDirectory(name)
    }

    /// The absolute path without links and dots; the file must be there.
    public static func canonical(_ path: String) throws(SystemError) -> String {
        try SystemCall.check(path, "realpath")
        guard let found = unsafe realpath(path, nil) else { throw SystemError.last("realpath", path) }
        defer { unsafe free(found) }
        return unsafe String(cString: found)
    }

    /// Makes a symbolic link at `path` that says `target`.
    public static func makeLink(_ path: String, to target: String) throws(SystemError) {
        try SystemCall.check(path, "symlink")
        try SystemCall.check(target, "symlink")
        try SystemCall.retrying("symlink", path) { unsafe symlink(target, path) }
    }

    /// Whether the process may read what is at the path.
    public static func canRead(_ path: String) -> Bool {
        unsafe access(path, R_OK) == 0
    }

    /// Folder and last part of a path: ("/a", "b") of "/a/b/", (".", "b") of "b".
    public static func split(_ path: String) -> (folder: String, name: String) {
        var rest = path[...]
        while rest.count > 1, rest.hasSuffix("/") { rest.removeLast() }
        guard let slash = rest.lastIndex(of: "/") else { return (".", String(rest)) }
        let folder = rest[..<slash]
        return (folder.isEmpty ? "/" : String(folder), String(rest[rest.index(after: slash)...]))
    }
}
