import Glibc

/// A program in a session of its own that outlives the one that starts it, and reports to it once.
public struct DetachedProcess: ~Copyable {
    public let id: Int32
    /// What it writes to its descriptor 3; ends when it has closed that.
    public let report: FileDescriptor

    /// Where the program finds the other end.
    public static let reportNumber: Int32 = 3

    /// Starts it with nothing to read; what it prints goes to `output`.
    public init(_ words: [String], output: borrowing FileDescriptor) throws(SystemError) {
        let pipe = try Pipe(path: "report")
        // Above the numbers that are given below, so that none is overwritten before it is copied.
        let writing = try pipe.writing.duplicate(above: 16)
        let printing = try output.duplicate(above: 16)
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, printing.number, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, printing.number, 2)
        unsafe posix_spawn_file_actions_adddup2(&actions, writing.number, Self.reportNumber)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        unsafe posix_spawnattr_setflags(&attributes, 0x80)  // POSIX_SPAWN_SETSID
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
        var id: pid_t = 0
        let fault = unsafe posix_spawn(&id, words[0], &actions, &attributes, &arguments, environ)
        guard fault == 0 else { throw SystemError(errno: fault, call: "posix_spawn", path: words[0]) }
        self.id = id
        report = pipe.closeWriting()
    }

    /// Asks it to end.
    public func terminate() { _ = kill(id, SIGTERM) }

    /// In the program that was started: where its one report goes; nil when there is nobody to read it.
    ///
    /// To be asked once.
    public static func inherited() -> FileDescriptor? {
        guard fcntl(reportNumber, F_GETFD) >= 0 else { return nil }
        return try? FileDescriptor(owning: reportNumber, path: "report").duplicate(above: 16)
    }
}

extension FileDescriptor {
    fileprivate func duplicate(above number: Int32) throws(SystemError) -> FileDescriptor {
        let copy = try SystemCall.retrying("fcntl", path) { fcntl(self.number, F_DUPFD_CLOEXEC, number) }
        return FileDescriptor(owning: copy, path: path)
    }
}
