internal import Glibc
internal import PluginABI

/// A function that a plugin wants run on its lane when time has passed.
@safe final class PluginTimer: @unchecked Sendable {
    // Invariant: `ud` is the plugin's, handed back to it and never looked at; all else is immutable or under its lock.
    private enum Phase {
        case waiting
        case running(pthread_t)
        case over
    }

    private struct State {
        var phase = Phase.waiting
        var seat: Seat?
        var isCancelled = false
    }

    private let instance: PluginInstance
    private let period: Int64
    private let function: @convention(c) (UnsafeMutableRawPointer?) -> Void
    private let ud: UnsafeMutableRawPointer?
    private let state = Guarded(State())

    private init(
        _ instance: PluginInstance,
        period: Int64,
        _ function: @escaping @convention(c) (UnsafeMutableRawPointer?) -> Void,
        _ ud: UnsafeMutableRawPointer?
    ) {
        self.instance = instance
        self.period = period
        unsafe self.function = function
        unsafe self.ud = ud
    }

    /// Its token; nil when there is no room for another.
    static func start(
        for instance: PluginInstance,
        after delay: UInt64,
        every period: UInt64,
        _ function: @escaping @convention(c) (UnsafeMutableRawPointer?) -> Void,
        _ ud: UnsafeMutableRawPointer?
    ) -> UInt64? {
        let timer = unsafe PluginTimer(instance, period: nanoseconds(period), function, ud)
        guard var seat = instance.backstage.timers.claim(timer) else { return nil }
        let token = seat.next(.timer)
        let taken = seat
        timer.state.withLock { $0.seat = taken }
        guard instance.adopt(timer, token) else {
            instance.backstage.timers.vacate(taken)
            return nil
        }
        timer.arm(Instant.now.advanced(by: nanoseconds(delay)))
        return token
    }

    private static func nanoseconds(_ milliseconds: UInt64) -> Int64 {
        let (product, isTooLong) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        return isTooLong ? .max : Int64(clamping: product)
    }

    private func arm(_ instant: Instant) {
        instance.backstage.clock.arm(at: instant, .task { [weak self] _ in self?.ring() })
    }

    private func ring() {
        // A lane that takes no more jobs belongs to a plugin that is ending.
        do throws(Lane.Refusal) { try instance.lane.push(.timer(self)) } catch { finish() }
    }

    /// On the lane.
    func perform(on frame: Frame) {
        let token: UInt64? = state.withLock { state in
            guard case .waiting = state.phase, !state.isCancelled, let seat = state.seat else { return nil }
            state.phase = .running(pthread_self())
            return Token.make(.timer, index: seat.index, generation: seat.generation)
        }
        guard let token else { return }
        frame.timer = token
        unsafe function(ud)
        frame.timer = 0
        let goesOn = state.withLock { state in
            // Once is enough: who cancels now comes too late.
            state.phase = period > 0 ? .waiting : .over
            return period > 0 && !state.isCancelled
        }
        state.announceToAll()
        if goesOn { arm(Instant.now.advanced(by: period)) } else { finish() }
    }

    private func finish() {
        let seat = state.withLock { state in
            state.phase = .over
            state.isCancelled = true
            let seat = state.seat
            state.seat = nil
            return seat
        }
        state.announceToAll()
        guard let seat else { return }
        instance.forget(Token.make(.timer, index: seat.index, generation: seat.generation))
        instance.backstage.timers.vacate(seat)
    }

    /// Waits until its function is not running and never will again.
    func cancel(_ token: UInt64, for caller: PluginInstance) -> hk_status {
        let isRunning: Bool? = state.withLock { state in
            guard caller === instance, let seat = state.seat, !state.isCancelled else { return nil }
            guard token == Token.make(.timer, index: seat.index, generation: seat.generation) else { return nil }
            if case .over = state.phase { return nil }
            state.isCancelled = true
            if case .running = state.phase { return true }
            return false
        }
        guard let isRunning else { return Status.stale }
        _ = state.wait { state -> Bool? in
            if case .running = state.phase { return nil }
            return true
        }
        finish()
        // What was to run once has run: whoever gives back what `ud` points at when it wasn't would do so twice.
        return isRunning && period == 0 ? Status.stale : Status.ok
    }

    /// The plugin is ending: its function doesn't begin any more.
    func stop() {
        state.withLock { $0.isCancelled = true }
        finish()
    }
}
