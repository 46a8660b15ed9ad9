internal import Glibc

/// The one thread that waits for time to pass: deadlines of calls, timers of plugins, lanes under suspicion.
///
/// What it does when an alarm rings is short and takes no lock for long.
final class AlarmClock: Sendable {
    enum Alarm: Sendable {
        /// The deadline of the call in this seat may have passed.
        case call(UInt64)
        case task(@Sendable (Instant) -> Void)
    }

    private struct State {
        var heap = AlarmHeap()
        var isRunning = false
        var isStopped = false
        /// An alarm is being rung.
        var isRinging = false
    }

    private let state = Guarded(State())
    private let starter: Starter
    private let ring: @Sendable (UInt64, Instant) -> Void

    /// Starts a thread with a name; false when the system gives none.
    typealias Starter = @Sendable (String, @escaping @Sendable () -> Void) -> Bool

    /// - Parameters:
    ///   - starter: where its thread comes from.
    ///   - ring: what a call's alarm does, with the call's token.
    init(
        starter: @escaping Starter = { Thread.start(named: $0, $1) },
        ring: @escaping @Sendable (UInt64, Instant) -> Void
    ) {
        self.starter = starter
        self.ring = ring
    }

    func arm(at instant: Instant, _ alarm: Alarm) {
        let (isFirst, starts) = state.withLock { state in
            let isFirst = state.heap.insert(instant, alarm)
            let starts = !state.isRunning && !state.isStopped
            if starts { state.isRunning = true }
            return (isFirst, starts)
        }
        if starts { start() } else if isFirst { state.announce() }
    }

    /// The system may have no thread to give now: what waits is rung once the next alarm gets one.
    private func start() {
        let isStarted = starter("hk-clock") { self.run() }
        if !isStarted { state.withLock { $0.isRunning = false } }
    }

    func arm(after duration: Duration, _ task: @escaping @Sendable (Instant) -> Void) {
        arm(at: Instant.now.advanced(by: duration.wholeNanoseconds), .task(task))
    }

    /// Ends the thread; when this returns no alarm is ringing, and none ever will.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            state.heap = AlarmHeap()
        }
        state.announceToAll()
        _ = state.wait { $0.isRinging ? nil : true }
    }

    private func run() {
        while let due = nextDue() {
            switch due {
            case .call(let token): ring(token, .now)
            case .task(let task): task(.now)
            }
            state.withLock { $0.isRinging = false }
            state.announceToAll()
        }
    }

    /// The next alarm, when its time has come; nil when the clock was stopped.
    private func nextDue() -> Alarm? {
        while true {
            var next: Instant?
            let found: Alarm?? = state.withLock { state in
                if state.isStopped { return .some(nil) }
                if let alarm = state.heap.popDue(at: .now) {
                    state.isRinging = true
                    return .some(alarm)
                }
                next = state.heap.first
                return nil
            }
            if let found { return found }
            let planned = next
            // Woken by an earlier alarm, by stop(), or because the time has come.
            _ = state.wait(until: planned) { state -> Bool? in
                state.isStopped || state.heap.first != planned ? true : nil
            }
        }
    }
}
