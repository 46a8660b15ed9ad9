internal import Dispatch
internal import System

/// Takes finished lines from any thread without making it wait, and writes them out on a thread of its own.
///
/// Lines are gathered for a moment, so that a busy server writes some dozen times a second and not for every line. When the
/// outputs can't keep up, lines are dropped and counted, and a line says so once there is room again.
final class LogWriter: Sendable {
    private struct State {
        var lines: [UInt8] = []
        var lineCount = 0
        var dropped = 0
        var isStopping = false
        var waiting: [DispatchSemaphore] = []
    }

    private let outputs: [any LogOutput]
    private let limit: Int
    /// Makes the line that says how many were lost.
    private let lostLine: @Sendable (Int) -> [UInt8]
    private let state = Locked(State())
    private let work = DispatchSemaphore(value: 0)
    private let haste = DispatchSemaphore(value: 0)

    /// How long the first line waits for others.
    private static let gathering = DispatchTimeInterval.milliseconds(20)

    init(_ outputs: [any LogOutput], limit: Int = 8 << 20, lostLine: @escaping @Sendable (Int) -> [UInt8]) {
        self.outputs = outputs
        self.limit = limit
        self.lostLine = lostLine
    }

    /// Starts the thread, which ends with ``finish(within:)``.
    func start() throws(SystemError) {
        _ = try BackgroundThread { self.run() }
    }

    /// Takes a line; one that is `urgent` isn't kept back to be gathered with others.
    func add(_ line: [UInt8], urgent: Bool) {
        let isFirst = state.withLock { state in
            guard state.lines.count + line.count <= limit else {
                state.dropped += 1
                return false
            }
            state.lines += line
            state.lineCount += 1
            return state.lineCount == 1
        }
        if isFirst { work.signal() }
        if urgent { haste.signal() }
    }

    /// Whether everything that was added before was written in time.
    @discardableResult
    func flush(within limit: Duration) -> Bool { wait(limit, stopping: false) }

    /// As ``flush(within:)``, and ends the thread.
    @discardableResult
    func finish(within limit: Duration) -> Bool { wait(limit, stopping: true) }

    private func wait(_ limit: Duration, stopping: Bool) -> Bool {
        let done = DispatchSemaphore(value: 0)
        state.withLock { state in
            state.waiting.append(done)
            state.isStopping = state.isStopping || stopping
        }
        work.signal()
        haste.signal()
        let (seconds, attoseconds) = limit.components
        let nanoseconds = Int(clamping: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        return done.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .success
    }
}

extension LogWriter {
    private func run() {
        while true {
            work.wait()
            _ = haste.wait(timeout: .now() + Self.gathering)
            let taken = state.withLock { state in
                defer { state = State(isStopping: state.isStopping) }
                return state
            }
            write(taken.lines, taken.lineCount)
            if taken.dropped > 0 { write(lostLine(taken.dropped), 1) }
            for waiting in taken.waiting { waiting.signal() }
            if taken.isStopping { return }
        }
    }

    /// Lines that no output took count as lost: the next line that gets through says so.
    private func write(_ lines: [UInt8], _ count: Int) {
        guard !lines.isEmpty else { return }
        var failures = 0
        for output in outputs {
            do { try output.write(lines) } catch { failures += 1 }
        }
        guard failures > 0, failures == outputs.count else { return }
        state.withLock { $0.dropped += count }
    }
}
