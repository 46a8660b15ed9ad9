internal import NIOCore

/// Gives NIO the loop's own buffer for each read.
///
/// NIO keeps the first buffer of every connection for its life, which would be most of an idle connection's memory. So the
/// first one is small (what is longer comes with a second read), and as NIO reads one message at a time here and is told that buffers grow, it keeps no other.
struct ReadBuffers: RecvByteBufferAllocator {
    private let roster: LoopRoster
    private var hasRead = false

    /// The most that one read takes.
    static let size = 64 << 10
    /// The most that a connection's first read takes, which is a peer's EHLO.
    private static let firstSize = 64

    init(_ roster: LoopRoster) { self.roster = roster }

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
        hasRead ? roster.takeReadBuffer(allocator) : allocator.buffer(capacity: Self.firstSize)
    }

    mutating func record(actualReadBytes: Int) -> Bool {
        hasRead = true
        return true
    }

    /// None, so that NIO asks for each read.
    func nextBufferSize() -> Int? { nil }
}
