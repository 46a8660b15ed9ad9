internal import System

/// A log file and those that were rotated away from it.
struct LogArchive {
    /// The plain ones, oldest first: `haraka.log.2`, `haraka.log.1`, `haraka.log`.
    let files: [String]
    /// Compressed ones, which aren't read.
    let unread: [String]

    /// How many rotated files are looked for.
    private static let most = 99
    /// A longer line is looked at in pieces.
    private static let longestLine = 1 << 20

    init(_ path: String) {
        let rotated = (1...Self.most).reversed().map { "\(path).\($0)" }
        files = (rotated + [path]).filter { (try? FileFacts.of($0)) != nil }
        unread = rotated.flatMap { ["\($0).gz", "\($0).xz", "\($0).zst"] }.filter { (try? FileFacts.of($0)) != nil }
    }

    /// Shows every line of every file, without its end.
    func read(_ show: (Span<UInt8>) -> Void) throws(SystemError) {
        for file in files {
            try Self.lines(of: try FileDescriptor.open(file), show)
        }
    }

    /// Shows every line that comes out of a descriptor, a pipe's too.
    static func lines(of descriptor: borrowing FileDescriptor, _ show: (Span<UInt8>) -> Void) throws(SystemError) {
        var unread: [UInt8] = []
        while true {
            let more = try descriptor.read(upTo: 1 << 16)
            if more.isEmpty { break }
            unread += more
            let taken = lines(in: unread.span, show)
            unread.removeFirst(taken)
            if unread.count > longestLine {
                show(unread.span)
                unread = []
            }
        }
        if !unread.isEmpty { show(unread.span) }
    }

    /// How many bytes were whole lines.
    private static func lines(in bytes: Span<UInt8>, _ show: (Span<UInt8>) -> Void) -> Int {
        var start = 0
        for at in bytes.indices where bytes[at] == UInt8(ascii: "\n") {
            show(bytes.extracting(start..<at))
            start = at + 1
        }
        return start
    }
}
