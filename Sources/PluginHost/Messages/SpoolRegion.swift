internal import Glibc
internal import System

/// The part of a message's text that goes to a file as it grows, at addresses that stay.
///
/// First memory lies behind them; what a file has taken over is shown from there.
@safe final class SpoolRegion: @unchecked Sendable {
    // Invariant: all is touched under the message's lock, but for `file`, which only the one job of the message that
    // `isQueued` stands for touches, and bytes below `count`, which nobody changes.
    private final class File {
        let descriptor: FileDescriptor
        init(in folder: String) throws(SystemError) { descriptor = try .scratch(in: folder) }
    }

    private let memory: ReservedMemory
    private var file: File?
    /// Bytes of the text.
    private(set) var count = 0
    /// Bytes that have memory behind them, or the file.
    private var committed = 0
    /// Bytes that the file has.
    private(set) var written = 0
    /// A job to write it is under way.
    var isQueued = false
    /// The connection waits until more is written.
    var isAwaited = false
    /// Why no more can be taken.
    var fault: SystemError?

    /// Memory is taken, and written to the file, in pieces of this size: whole pages.
    static let piece = 64 << 10

    init(capacity: Int) throws(SystemError) {
        memory = try ReservedMemory(capacity: capacity + Self.piece)
    }

    deinit { Gauges.messages.remove(committed - written) }

    /// The text so far.
    var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: memory.base, count: count) }
    /// Bytes that are in memory only.
    var waiting: Int { count - written }
    var hasFile: Bool { file != nil }

    func append(_ run: UnsafeRawBufferPointer) throws(SystemError) {
        let wanted = (count + run.count + Self.piece - 1) / Self.piece * Self.piece
        if wanted > committed {
            guard wanted <= memory.capacity else { throw SystemError(errno: EFBIG, call: "append") }
            try memory.commit(committed..<wanted)
            Gauges.messages.add(wanted - committed)
            committed = wanted
        }
        if let source = run.baseAddress { unsafe memcpy(memory.base + count, source, run.count) }
        count += run.count
    }

    /// What the next job is to write: whole pieces.
    var due: Range<Int> { written..<max(written, count / Self.piece * Self.piece) }

    /// Writes a range; it may wait for the disk, and is called without the lock.
    func write(_ range: Range<Int>, in folder: String) throws(SystemError) {
        let file: File
        if let open = self.file { file = open } else { file = try File(in: folder) }
        self.file = file
        let bytes = unsafe UnsafeRawBufferPointer(start: memory.base + range.lowerBound, count: range.count)
        try unsafe file.descriptor.writeAll(bytes, at: range.lowerBound)
    }

    /// Gives the memory of a range back that the file has now.
    func release(_ range: Range<Int>) throws(SystemError) {
        guard let file else { return }
        try memory.show(file.descriptor, at: range)
        written = range.upperBound
        Gauges.messages.remove(range.count)
    }
}
