import Glibc

/// What the file system knows of a file.
public struct FileFacts: Equatable, Sendable {
    public enum Kind: Sendable {
        case file, directory, symbolicLink, socket, fifo, characterDevice, blockDevice, unknown
    }

    /// A moment of the file system's clock.
    public struct Moment: Comparable, Hashable, Sendable {
        public let seconds: Int64
        public let nanoseconds: Int64

        public static func < (left: Moment, right: Moment) -> Bool {
            (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
        }
    }

    public let kind: Kind
    /// The permission bits with set-user-id, set-group-id and sticky: 0o7777 at most.
    public let mode: UInt32
    public let uid: UInt32
    public let gid: UInt32
    /// In bytes.
    public let size: Int
    public let inode: UInt64
    public let device: UInt64
    public let links: Int
    /// When the content last changed.
    public let modified: Moment
    /// When content, owner, mode or links last changed.
    public let changed: Moment

    /// The facts of nothing: for what stands in for a file but is none.
    public static let none = FileFacts(stat())

    init(_ status: stat) {
        kind = Kind(mode: status.st_mode)
        mode = status.st_mode & 0o7777
        uid = status.st_uid
        gid = status.st_gid
        size = Int(status.st_size)
        inode = UInt64(status.st_ino)
        device = UInt64(status.st_dev)
        links = Int(status.st_nlink)
        modified = Moment(status.st_mtim)
        changed = Moment(status.st_ctim)
    }

    /// The facts of a path.
    public static func of(_ path: String, followingLinks: Bool = true) throws(SystemError) -> FileFacts {
        try at(AT_FDCWD, path, followingLinks: followingLinks, shown: path)
    }

    static func at(
        _ directory: Int32,
        _ name: String,
        followingLinks: Bool,
        shown: String
    ) throws(SystemError) -> FileFacts {
        try SystemCall.check(name, "fstatat")
        var status = stat()
        try SystemCall.retrying("fstatat", shown) {
            unsafe fstatat(directory, name, &status, followingLinks ? 0 : AT_SYMLINK_NOFOLLOW)
        }
        return FileFacts(status)
    }

    /// Whether it is the same file with the same content as far as the file system can tell.
    public func isUnchanged(since earlier: FileFacts) -> Bool {
        inode == earlier.inode && device == earlier.device && size == earlier.size
            && modified == earlier.modified && changed == earlier.changed
    }
}

extension FileFacts.Moment {
    fileprivate init(_ time: timespec) {
        self.init(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }
}

extension FileFacts.Kind {
    fileprivate init(mode: UInt32) {
        switch mode & S_IFMT {
        case S_IFREG: self = .file
        case S_IFDIR: self = .directory
        case S_IFLNK: self = .symbolicLink
        case S_IFSOCK: self = .socket
        case S_IFIFO: self = .fifo
        case S_IFCHR: self = .characterDevice
        case S_IFBLK: self = .blockDevice
        default: self = .unknown
        }
    }

    /// From `d_type` of a directory entry; unknown on file systems that don't fill it.
    init(entry type: UInt8) {
        self.init(mode: UInt32(type) << 12)
    }
}
