import Glibc
import Synchronization

/// Tells which files below some folders have changed, once the writing to them is over.
///
/// New folders are watched as they appear; a folder that is replaced as a whole is followed too. What a symbolic link
/// points at is not watched, the link itself is. The closure runs on the watch's own thread, one batch at a time; it
/// gets the absolute or relative paths as the folders were given, and a folder itself when events were lost or the
/// folder came or went, which means: look at everything in it again.
public final class Watch: Sendable {
    private let thread: BackgroundThread
    private let stopWriter: Mutex<Int32?>

    /// Watches folders that exist or will: for a missing one its parent must be there.
    ///
    /// `quiet` is how long a file must be left alone before its change is told; `patience` how long a change waits for
    /// other files that don't come to rest, and for a writer that doesn't close.
    public init(
        _ folders: [String],
        quiet: Duration = .milliseconds(500),
        patience: Duration = .seconds(10),
        onChange: @escaping @Sendable (Set<String>) -> Void
    ) throws(SystemError) {
        let settling = Settling(quiet: quiet.nanoseconds, patience: patience.nanoseconds)
        let tree = try WatchTree.watching(folders)
        let ends = try Pipe()
        let (reader, writer) = (ends.reading.release(), ends.writing.release())
        stopWriter = Mutex(writer)
        let loop = WatchLoop(stop: reader, tree: tree, settling: settling, onChange: onChange)
        do throws(SystemError) {
            thread = try BackgroundThread { loop.run() }
        } catch {
            _ = Glibc.close(writer)
            throw error
        }
    }

    deinit {
        stop()
    }

    /// Tells no more.
    ///
    /// When it returns the closure is not running, unless it was called from inside the closure.
    public func stop() {
        let writer = stopWriter.withLock { $0.take() }
        if let writer { _ = Glibc.close(writer) }
        thread.join()
    }
}

extension Duration {
    /// Whole nanoseconds; 0 for a negative one, 292 years at most.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        if seconds < 0 || attoseconds < 0 { return 0 }
        return UInt64(min(seconds, 9_000_000_000)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}
