import Glibc

/// An open file, folder or pipe that closes itself when its owner goes.
public struct FileDescriptor: ~Copyable, Sendable {
    /// The kernel's number; valid while this value lives.
    public private(set) var number: Int32
    /// What it was opened as, for messages.
    public let path: String

    /// Takes over a descriptor that nobody else closes.
    public init(owning number: Int32, path: String) {
        self.number = number
        self.path = path
    }

    deinit {
        if number >= 0 { _ = Glibc.close(number) }
    }

    /// Opens a path of the process's file system.
    ///
    /// `mode` counts for a file that is created, less the umask.
    public static func open(
        _ path: String,
        _ flags: OpenFlags = .read,
        mode: UInt32 = 0o600
    ) throws(SystemError) -> FileDescriptor {
        try open(AT_FDCWD, path, flags, mode: mode, shown: path)
    }

    /// Opens a name relative to this folder.
    ///
    /// It follows `..`, links and absolute paths: a name that a stranger has chosen goes to `openBeneath`.
    public func open(
        _ name: String,
        _ flags: OpenFlags = .read,
        mode: UInt32 = 0o600
    ) throws(SystemError) -> FileDescriptor {
        try Self.open(number, name, flags, mode: mode, shown: join(name))
    }

    private static func open(
        _ directory: Int32,
        _ name: String,
        _ flags: OpenFlags,
        mode: UInt32,
        shown: String
    ) throws(SystemError) -> FileDescriptor {
        try SystemCall.check(name, "openat")
        let number = try SystemCall.retrying("openat", shown) {
            unsafe openat(directory, name, flags.rawValue | O_CLOEXEC, mode_t(mode))
        }
        return FileDescriptor(owning: number, path: shown)
    }

    /// Closes now, and says whether the file system had a late fault to report (NFS and quotas do).
    public consuming func close() throws(SystemError) {
        let closed = Glibc.close(number)
        number = -1
        // Linux has given the number up even when close fails with EINTR: repeating it could close a stranger's.
        if closed != 0, errno != EINTR { throw SystemError.last("close", path) }
    }

    /// Gives the descriptor away: from now on the caller closes it.
    public consuming func release() -> Int32 {
        defer { number = -1 }
        return number
    }

    /// A second descriptor of the same open file.
    public func duplicate() throws(SystemError) -> FileDescriptor {
        let copy = try SystemCall.retrying("fcntl", path) { fcntl(number, F_DUPFD_CLOEXEC, 0) }
        return FileDescriptor(owning: copy, path: path)
    }

    /// How a name in this folder is written in messages.
    func join(_ name: String) -> String {
        name.hasPrefix("/") ? name : path.hasSuffix("/") ? path + name : path + "/" + name
    }
}
