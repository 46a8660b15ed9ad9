import Synchronization
public import System

/// Tells when the configuration on the disk is another one than before.
///
/// Each reading is a whole snapshot, taken once nobody is writing any more. The closure runs on a thread of its own.
public final class ConfigWatcher: Sendable {
    /// What a change of the files has led to.
    public enum Event: Sendable {
        /// Other bytes than at the last reading, in these files; none when the directory can be read again and is as
        /// it was. Hold it against what is in force (`changedFiles(since:)`), which may be older than the last reading.
        case changed(ConfigSnapshot, files: [String])
        /// The directory could not be read.
        case failed(ConfigError)
    }

    private let watch: Watch

    /// Watches the directory and those of the shipped defaults that exist.
    ///
    /// `current` is what is in force: only what differs from it, and later from the last reading, is told. `quiet` is
    /// how long a file must be left alone before it is read.
    public init(
        _ directory: ConfigDirectory,
        current: ConfigSnapshot,
        quiet: Duration = .milliseconds(500),
        onEvent: @escaping @Sendable (Event) -> Void
    ) throws(SystemError) {
        let last = Last(current)
        let folders = [directory.path] + directory.shipped.filter { (try? FileFacts.of($0))?.kind == .directory }
        watch = try Watch(folders, quiet: quiet) { _ in
            do throws(ConfigError) {
                let snapshot = try directory.read()
                let (earlier, hadFailed) = last.replace(with: snapshot)
                let files = snapshot.changedFiles(since: earlier)
                if hadFailed || !files.isEmpty { onEvent(.changed(snapshot, files: files)) }
            } catch {
                last.fail()
                onEvent(.failed(error))
            }
        }
    }

    /// Tells no more.
    public func stop() {
        watch.stop()
    }

    /// The snapshot that was read last.
    private final class Last: Sendable {
        private let state: Mutex<(snapshot: ConfigSnapshot, hasFailed: Bool)>

        init(_ snapshot: ConfigSnapshot) {
            state = Mutex((snapshot, false))
        }

        func replace(with new: ConfigSnapshot) -> (snapshot: ConfigSnapshot, hasFailed: Bool) {
            state.withLock { state in
                defer { state = (new, false) }
                return state
            }
        }

        func fail() {
            state.withLock { $0.hasFailed = true }
        }
    }
}
