import Glibc

/// A way for one process to hand bytes to another; no program that this one starts has it unasked.
public struct Pipe: ~Copyable {
    public let reading: FileDescriptor
    public let writing: FileDescriptor

    /// `path` is what messages call it.
    public init(path: String = "pipe") throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        try SystemCall.retrying("pipe") { unsafe pipe(&ends) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        reading = FileDescriptor(owning: ends[0], path: path)
        writing = FileDescriptor(owning: ends[1], path: path)
    }

    /// Keeps the reading end only, so that it ends when the other process's end does.
    public consuming func closeWriting() -> FileDescriptor { reading }

    /// Keeps the writing end only, so that writing fails once nobody reads.
    public consuming func closeReading() -> FileDescriptor { writing }
}
