import Glibc

extension FileDescriptor {
    /// Renames within or between folders, over what has the new name.
    public func rename(_ name: String, to newName: String) throws(SystemError) {
        try rename(name, into: self, as: newName)
    }

    public func rename(
        _ name: String,
        into folder: borrowing FileDescriptor,
        as newName: String
    ) throws(SystemError) {
        try SystemCall.check(name, "renameat")
        try SystemCall.check(newName, "renameat")
        let target = folder.number
        try SystemCall.retrying("renameat", join(name)) { unsafe renameat(number, name, target, newName) }
    }

    /// Gives a file a second name; fails with EEXIST when it is taken.
    public func link(
        _ name: String,
        into folder: borrowing FileDescriptor,
        as newName: String
    ) throws(SystemError) {
        try SystemCall.check(name, "linkat")
        try SystemCall.check(newName, "linkat")
        let target = folder.number
        try SystemCall.retrying("linkat", join(name)) { unsafe linkat(number, name, target, newName, 0) }
    }

    /// Removes a name that is no folder.
    public func unlink(_ name: String) throws(SystemError) {
        try SystemCall.check(name, "unlinkat")
        try SystemCall.retrying("unlinkat", join(name)) { unsafe unlinkat(number, name, 0) }
    }

    /// Removes an empty folder.
    public func removeDirectory(_ name: String) throws(SystemError) {
        try SystemCall.check(name, "unlinkat")
        try SystemCall.retrying("unlinkat", join(name)) { unsafe unlinkat(number, name, AT_REMOVEDIR) }
    }

    /// Makes a folder in this one; `mode` counts less the umask.
    public func makeDirectory(_ name: String, mode: UInt32 = 0o700) throws(SystemError) {
        try SystemCall.check(name, "mkdirat")
        try SystemCall.retrying("mkdirat", join(name)) { unsafe mkdirat(number, name, mode_t(mode)) }
    }

    /// The names in this folder but `.` and `..`, sorted.
    ///
    /// A name that is no UTF-8 is shown repaired, so it can't be opened by what is shown.
    public func entries() throws(SystemError) -> [DirectoryEntry] {
        // Opened anew: a stream shares the position of the descriptor that it is made from.
        let own = try open(".", [.directory]).release()
        guard let stream = unsafe fdopendir(own) else {
            let error = SystemError.last("fdopendir", path)
            _ = Glibc.close(own)
            throw error
        }
        defer { unsafe closedir(stream) }
        var found: [DirectoryEntry] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                if errno != 0 { throw SystemError.last("readdir", path) }
                return found.sorted { $0.name < $1.name }
            }
            if let entry = unsafe read(entry) { found.append(entry) }
        }
    }

    private func read(_ entry: UnsafeMutablePointer<dirent>) -> DirectoryEntry? {
        // The name is as long as it needs, longer or shorter than the array that C declares: read it by its address.
        guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return nil }
        let text = unsafe UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
        let name = unsafe String(cString: text)
        if name == "." || name == ".." { return nil }
        var kind = FileFacts.Kind(entry: unsafe entry.pointee.d_type)
        if kind == .unknown, let facts = try? facts(of: name) { kind = facts.kind }
        return DirectoryEntry(name: name, kind: kind)
    }
}
