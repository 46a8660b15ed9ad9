internal import Glibc
internal import Hooks
internal import PluginABI

/// One question to one plugin, again and again: a session uses the same object with a new token for each call.
///
/// A token is good from ``begin`` until the session has taken the answer, or taken the call back. When the plugin then
/// still holds on to it (its function has not returned, or it retained its arguments) the object stays with the plugin,
/// and the session goes on with a new one.
final class Call: Sendable {
    enum Phase { case idle, open, answered, expired, over }

    /// How a plugin answered.
    enum Ending {
        case number(hk_verdict)
        case nonsense(String)
        case unavailable(String)
    }

    struct State {
        var seat: Seat?
        var token: UInt64 = 0
        var phase = Phase.idle
        var registration: Registration?
        /// Where the arguments lie.
        var facts: FactBook?
        var ending = Ending.number(0)
        /// In a box: most calls write nothing, and then it is one word.
        var staged: StagedBox?
        /// Whether its function was entered.
        var hasBegun = false
        /// On whose stack its function is.
        var executor: pthread_t?
        var isOnLoop = false
        var isRetained = false
        /// The session has let go of it.
        var isDetached = false
        /// What views lead to.
        var kept: [AnyObject] = []
        var limit = Int64.max
        var deadline = Instant(nanoseconds: .max)
        /// Beyond this progress() helps no more.
        var lastDeadline = Instant(nanoseconds: .max)
        /// Deliveries that it waits for; until they are over the plugin's time stands still.
        var waits: [CallWait] = []
        /// When the clock is going to look at it next.
        var alarm: Instant?

        var isOut: Bool { executor != nil || isRetained }
    }

    let backstage: Backstage
    let session: SharedSession
    let state = Guarded(State())

    private init(_ session: SharedSession, _ backstage: Backstage) {
        self.session = session
        self.backstage = backstage
    }

    /// nil when the registry is full.
    static func make(_ session: SharedSession, _ backstage: Backstage) -> Call? {
        let call = Call(session, backstage)
        guard let seat = backstage.calls.claim(call) else { return nil }
        call.state.withLock { $0.seat = seat }
        return call
    }

    // MARK: The session's side, on its loop

    /// Opens it for a function that is called right now, on this thread.
    @inline(__always)
    func beginInline(_ registration: Registration, _ facts: FactBook) -> UInt64 {
        state.withLock { state in
            open(&state, registration, facts)
            state.hasBegun = true
            state.executor = pthread_self()
            state.isOnLoop = true
            return state.token
        }
    }

    /// Opens it for a function that is called on the lane.
    func begin(_ registration: Registration, _ facts: FactBook, limit: Int64) -> UInt64 {
        state.withLock { state in
            open(&state, registration, facts)
            state.hasBegun = false
            state.executor = nil
            state.isOnLoop = false
            setDeadline(&state, limit)
            return state.token
        }
    }

    private func open(_ state: inout State, _ registration: Registration, _ facts: FactBook) {
        guard var seat = state.seat else { preconditionFailure("a call that was given up isn't used again") }
        state.token = seat.next(.call)
        state.seat = seat
        state.phase = .open
        state.registration = registration
        state.facts = facts
        state.deadline = Instant(nanoseconds: .max)
    }

    private func setDeadline(_ state: inout State, _ limit: Int64) {
        state.limit = limit
        guard limit != .max, state.waits.isEmpty else { return }
        let now = Instant.now
        state.deadline = now.advanced(by: limit)
        state.lastDeadline = now.advanced(by: limit.multipliedReportingOverflow(by: 10).partialValue)
        arm(&state)
    }

    /// Starts the deadline anew, as if the call began now.
    func rearm(_ state: inout State) { if state.limit != .max { setDeadline(&state, state.limit) } }

    private func arm(_ state: inout State) {
        // An alarm that rings too early looks again; so a session has one in the clock, however many calls it makes.
        if let alarm = state.alarm, alarm <= state.deadline { return }
        state.alarm = state.deadline
        backstage.clock.arm(at: state.deadline, .call(state.token))
    }

    /// What has become of it.
    enum Taken {
        case waiting
        case expired
        /// `isDirty`: the plugin holds on to it, so it is no longer the session's.
        case answer(Ending, StagedBox?, isDirty: Bool)
    }

    /// The function that ``beginInline(_:_:)`` announced has returned.
    @inline(__always)
    func returnedInline(_ number: hk_verdict, _ registration: Registration, limit: Int64) -> Taken {
        state.withLock { state in
            state.executor = nil
            if state.phase == .open {
                if number == hk_verdict(HK_V_PENDING) && registration.mayPend {
                    state.isOnLoop = false
                    setDeadline(&state, limit)
                    return .waiting
                }
                state.ending = .number(number)
            }
            return finish(&state)
        }
    }

    func take() -> Taken {
        state.withLock { state in
            switch state.phase {
            case .answered: finish(&state)
            case .expired: .expired
            case .open, .idle, .over: .waiting
            }
        }
    }

    /// Takes it back.
    ///
    /// - Returns: whether the plugin holds on to it.
    func end(_ reason: Chain.CancelReason) -> Bool {
        let (told, isDirty) = state.withLock { state in
            let told = state.hasBegun && (state.phase == .open || state.phase == .expired) ? state.registration : nil
            guard case .answer(_, _, let isDirty) = finish(&state) else { return (told, false) }
            return (told, isDirty)
        }
        if let told, told.hasCancel {
            let token = state.withLock { $0.token }
            try? told.instance.lane.push(.cancel(told, token: token, reason.rawValue))
        }
        return isDirty
    }

    /// Gives the seat back; the session has closed.
    func close() {
        let seat: Seat? = state.withLock { state in
            state.phase = .over
            dropWaits(&state)
            if state.isOut {
                detach(&state)
                return nil
            }
            return clear(&state)
        }
        if let seat { backstage.calls.vacate(seat) }
    }

    private func finish(_ state: inout State) -> Taken {
        state.phase = .over
        let staged = state.staged.take()
        if !state.waits.isEmpty { dropWaits(&state) }
        guard state.isOut else {
            if !state.kept.isEmpty { state.kept = [] }
            return .answer(state.ending, staged, isDirty: false)
        }
        detach(&state)
        return .answer(state.ending, staged, isDirty: true)
    }

    /// Who answers doesn't wait any more.
    private func dropWaits(_ state: inout State) {
        let waits = state.waits
        state.waits = []
        // A wait's lock is the last of all, and cancelling calls nobody back on this stack.
        for wait in waits { wait.cancel() }
    }

    private func detach(_ state: inout State) {
        guard !state.isDetached else { return }
        state.isDetached = true
        state.registration?.instance.callDetached()
    }

    // MARK: The lane's side

    /// Asks the function, unless the call has ended while it waited.
    func perform(_ token: UInt64, on frame: Frame) {
        let begun: (Registration, FactBook)? = state.withLock { state in
            guard token == state.token, state.phase == .open, let registration = state.registration,
                let facts = state.facts
            else { return nil }
            state.hasBegun = true
            state.executor = pthread_self()
            return (registration, facts)
        }
        guard let (registration, facts) = begun else { return }
        frame.isInLogHook = registration.hook == .log
        let number = unsafe registration.invoke(facts.args)
        frame.isInLogHook = false
        returned(number, token, registration)
    }

    private func returned(_ number: hk_verdict, _ token: UInt64, _ registration: Registration) {
        let (wakes, seat) = state.withLock { state -> (Bool, Seat?) in
            state.executor = nil
            guard state.phase == .open else { return (false, giveUpIfClean(&state)) }
            guard number != hk_verdict(HK_V_PENDING) || !registration.mayPend else { return (false, nil) }
            state.phase = .answered
            state.ending = .number(number)
            return (true, nil)
        }
        if wakes { session.wake(token) }
        if let seat { giveUp(seat, registration.instance) }
    }

    /// The lane was abandoned while the call waited in it.
    func laneWasLost(_ token: UInt64) {
        settle(token, .unavailable("its lane is stuck"))
    }

    private func settle(_ token: UInt64, _ ending: Ending) {
        let wakes = state.withLock { state in
            guard token == state.token, state.phase == .open else { return false }
            state.phase = .answered
            state.ending = ending
            return true
        }
        if wakes { session.wake(token) }
    }

    // MARK: The clock's side

    func alarmRang(_ now: Instant) {
        let expired: (UInt64, Registration?)? = state.withLock { state in
            state.alarm = nil
            guard state.phase == .open, state.deadline.nanoseconds != .max else { return nil }
            guard state.deadline <= now else {
                arm(&state)
                return nil
            }
            state.phase = .expired
            return (state.token, state.registration)
        }
        guard let (token, registration) = expired else { return }
        session.wake(token)
        registration?.instance.suspectLane()
    }

    // MARK: Giving up

    func giveUpIfClean(_ state: inout State) -> Seat? {
        guard state.isDetached, !state.isOut else { return nil }
        return clear(&state)
    }

    func giveUp(_ seat: Seat, _ instance: PluginInstance) {
        backstage.calls.vacate(seat)
        instance.callReturned()
    }

    private func clear(_ state: inout State) -> Seat? {
        let seat = state.seat
        state.seat = nil
        state.facts = nil
        state.kept = []
        state.staged = nil
        return seat
    }
}
