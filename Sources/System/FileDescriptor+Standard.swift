import Glibc

extension FileDescriptor {
    /// A descriptor of one's own for the process's standard output, which stays open when this one is closed.
    public static func standardOutput() throws(SystemError) -> FileDescriptor { try second(1, "standard output") }

    /// As ``standardOutput()``, for what is said beside results.
    public static func standardError() throws(SystemError) -> FileDescriptor { try second(2, "standard error") }

    /// Whether somebody may sit at the other end.
    public var isTerminal: Bool { isatty(number) == 1 }

    private static func second(_ number: Int32, _ name: String) throws(SystemError) -> FileDescriptor {
        let copy = try SystemCall.retrying("fcntl", name) { fcntl(number, F_DUPFD_CLOEXEC, 0) }
        return FileDescriptor(owning: copy, path: name)
    }
}
