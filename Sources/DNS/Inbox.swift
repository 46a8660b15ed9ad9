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
    /// A pipe: what is rung at one end is heard at the other.
    private let bell: FileDescriptor
    private let ear: FileDescriptor

    init() throws(SettingsError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else {
            let error = SystemError(errno: errno, call: "pipe")
            throw SettingsError(setting: "pipe", value: "", reason: error.reason)
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        ear = FileDescriptor(owning: ends[0], path: "pipe")
        bell = FileDescriptor(owning: ends[1], path: "pipe")
    }

    /// Readable when there is something to take.
    var descriptor: Int32 { ear.number }

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
        // It fails only when the pipe is full, and then the thread is awake.
        var stroke: UInt8 = 1
        _ = unsafe Glibc.write(bell.number, &stroke, 1)
    }

    private func silence() {
        // One stroke for each batch and one for the end, so this takes them all; what is left would only wake it again.
        var strokes: UInt64 = 0
        _ = unsafe Glibc.read(ear.number, &strokes, 8)
    }
}
