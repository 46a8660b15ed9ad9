internal import Glibc
internal import System

/// A way for a child to answer its parent.
struct Pipe: ~Copyable {
    let reading: FileDescriptor
    let writing: FileDescriptor

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw SystemError(errno: errno, call: "pipe") }
        reading = FileDescriptor(owning: ends[0], path: "pipe")
        writing = FileDescriptor(owning: ends[1], path: "pipe")
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    /// Keeps the reading end only, so that it ends when the child's end does.
    consuming func closeWriting() -> FileDescriptor { reading }
}
