import Glibc

extension FileDescriptor {
    /// The facts of the open file.
    public func facts() throws(SystemError) -> FileFacts {
        var status = stat()
        try SystemCall.retrying("fstat", path) { unsafe fstat(number, &status) }
        return FileFacts(status)
    }

    /// The facts of a name in this folder.
    public func facts(of name: String, followingLinks: Bool = false) throws(SystemError) -> FileFacts {
        try FileFacts.at(number, name, followingLinks: followingLinks, shown: join(name))
    }

    /// Gives the file to an account.
    ///
    /// Nil leaves that part as it is.
    public func changeOwner(user: UInt32?, group: UInt32?) throws(SystemError) {
        try SystemCall.retrying("fchown", path) { fchown(number, user ?? UInt32.max, group ?? UInt32.max) }
    }

    /// Sets the permission bits; the umask has no say.
    public func changeMode(_ mode: UInt32) throws(SystemError) {
        try SystemCall.retrying("fchmod", path) { fchmod(number, mode_t(mode)) }
    }

    /// Makes the file exactly so many bytes long.
    public func truncate(to size: Int) throws(SystemError) {
        try SystemCall.retrying("ftruncate", path) { ftruncate(number, off_t(size)) }
    }
}
