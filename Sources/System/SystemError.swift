import Glibc

/// A call into the operating system that failed: which one, on what, and why.
public struct SystemError: Error, Equatable, Sendable {
    /// The number of the fault, `ENOENT` for example.
    public let errno: Int32
    /// The name of the call, as its manual page has it.
    public let call: String
    /// What it was called for: a path most of the time; empty when there is none.
    public let path: String

    public init(errno: Int32, call: String, path: String = "") {
        self.errno = errno
        self.call = call
        self.path = path
    }

    /// The fault that the call which just returned has left in `errno`.
    static func last(_ call: String, _ path: String = "") -> SystemError {
        SystemError(errno: Glibc.errno, call: call, path: path)
    }

    /// The fault alone, in the words of the C library ("Permission denied") where those don't mislead.
    public var reason: String {
        switch (call, errno) {
        case ("inotify_add_watch", ENOSPC): return "the limit fs.inotify.max_user_watches is reached"
        case ("inotify_init1", EMFILE): return "the limit fs.inotify.max_user_instances is reached"
        case ("openat2", ENOSYS): return "this kernel is older than Linux 5.6"
        default: break
        }
        // Since glibc 2.32 the text of an unknown number lies in thread-local memory, so this is safe on any thread.
        guard let text = unsafe strerror(errno) else { return "error \(errno)" }
        return unsafe String(cString: text)
    }

    public var isMissing: Bool { errno == ENOENT || errno == ENOTDIR }
    public var isDenied: Bool { errno == EACCES || errno == EPERM }
    public var isTaken: Bool { errno == EEXIST || errno == ENOTEMPTY }
    public var isFull: Bool { errno == ENOSPC || errno == EDQUOT }
    public var isTooLarge: Bool { errno == EFBIG }
    /// A symbolic link where none is allowed, or a path that would leave its folder.
    public var isEscape: Bool { errno == ELOOP || errno == EXDEV }
}

extension SystemError: CustomStringConvertible {
    public var description: String {
        path.isEmpty ? "\(call): \(reason)" : "\(path): \(reason) (\(call))"
    }
}
