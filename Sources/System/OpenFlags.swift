import Glibc

/// How a file is to be opened.
///
/// Every descriptor is closed on exec; no flag is needed for that.
public struct OpenFlags: OptionSet, Sendable {
    public let rawValue: Int32

    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// The default: reading only.
    public static let read: OpenFlags = []
    public static let write = OpenFlags(rawValue: O_WRONLY)
    public static let readWrite = OpenFlags(rawValue: O_RDWR)
    public static let append = OpenFlags(rawValue: O_APPEND)
    public static let create = OpenFlags(rawValue: O_CREAT)
    /// With `create`: fails when the name is taken, be it by a dangling link.
    public static let exclusive = OpenFlags(rawValue: O_EXCL)
    public static let truncate = OpenFlags(rawValue: O_TRUNC)
    public static let directory = OpenFlags(rawValue: O_DIRECTORY)
    /// Fails when the last part of the path is a symbolic link.
    public static let noFollow = OpenFlags(rawValue: O_NOFOLLOW)
    /// Keeps the opening of a FIFO from waiting for its other end.
    public static let nonBlocking = OpenFlags(rawValue: O_NONBLOCK)
}
