internal import Glibc
internal import System

/// Where questions wait for the resolver's thread, and what wakes it.
final class Inbox: Sendable {
    /// A question that somebody waits for.
    struct Entry {
        let question: Question
        /// On the clock of `SystemTime.monotonicNanoseconds`.
        let deadline: UInt64
        let take: @Sendable (Answer) -> Void
    }

    private struct State {
        var entries: [Entry] = []
        var isStopping = false
    }

    private let state = Locked(State())
    private let bell: FileDescriptor

    init() throws(SettingsError) {
        let number = eventfd(0, Int32(EFD_CLOEXEC.rawValue | EFD_NONBLOCK.rawValue))
        guard number >= 0 else {
            let error = SystemError(errno: errno, call: "eventfd")
            throw SettingsError(setting: "eventfd", value: "", reason: error.reason)
        }
        bell = FileDescriptor(owning: number, path: "eventfd")
    }

    /// Readable when there is something to take.
    var descriptor: Int32 { bell.number }

    /// False when the resolver is stopped, and then nobody will look at it.
    func put(_ entry: Entry) -> Bool {
        let (isTaken, isFirst) = state.withLock { state in
            if state.isStopping { return (false, false) }
            state.entries.append(entry)
            return (true, state.entries.count == 1)
        }
        if isFirst { ring() }
        return isTaken
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        ring()
    }

    /// Takes what has come; when it says that the resolver is stopping nothing comes after it.
    func take() -> (entries: [Entry], isStopping: Bool) {
        silence()
        return state.withLock { state in
            defer { state.entries = [] }
            return (state.entries, state.isStopping)
        }
    }

    private func ring() {
        // It fails only when the counter is full, and then the thread is awake.
        var one: UInt64 = 1
        _ = unsafe Glibc.write(bell.number, &one, 8)
    }

    private func silence() {
        var count: UInt64 = 0
        _ = unsafe Glibc.read(bell.number, &count, 8)
    }
}
