internal import Synchronization

/// The threads on which one instance of a plugin runs: one for a SERIAL plugin, else up to eight, started as needed.
///
/// Jobs begin in order. A thread that a job doesn't give back is lost; with the last one the lane is abandoned, and
/// what waited in it never begins. A pool serves again when one comes back after all; a serial lane doesn't.
final class Lane: Sendable {
    enum Refusal: Error { case abandoned, closed }

    /// How many threads a plugin gets that isn't SERIAL: enough to keep a disk busy with fsync.
    static let poolSize = 8

    private struct Work {
        var began: Instant
        var serial: UInt64
        /// How long it may take before its thread counts as lost.
        var patience: Int64
        var isLost = false
    }

    private struct State {
        var queue = JobQueue()
        var limit = 1
        /// What each busy thread does, by the thread's number.
        var work: [Int: Work] = [:]
        var threads = 0
        var idle = 0
        /// Idle threads that were woken and have not come yet: one wake-up serves a burst of jobs.
        var coming = 0
        var serial: UInt64 = 0
        var nextThread = 0
        /// Busy threads that are not expected back.
        var lost = 0
        /// It was abandoned only because all its threads were lost.
        var mayRecover = false
        var isClosed = false
        var last: (@Sendable () -> Void)?
    }

    let name: String
    private let state = Guarded(State())
    private let isAbandonedFlag = Atomic<Bool>(false)

    init(name: String) { self.name = name }

    var isAbandoned: Bool { isAbandonedFlag.load(ordering: .relaxed) }

    /// How many threads it may have from now on.
    func widen(to limit: Int) { state.withLock { $0.limit = limit } }

    func push(_ job: LaneJob) throws(Refusal) {
        let next: Result<Wake, Refusal> = state.withLock { state in
            if isAbandoned { return .failure(.abandoned) }
            if state.isClosed { return .failure(.closed) }
            state.queue.append(job)
            return .success(wake(&state))
        }
        perform(try next.get())
    }

    /// Ends the lane: what is queued is still done, and then, when nothing else runs, the last job.
    ///
    /// When the lane was abandoned or closed before, the last job is not done: false. It doesn't recover then, either.
    @discardableResult
    func close(with last: @escaping @Sendable () -> Void) -> Bool {
        let next: Wake? = state.withLock { state in
            guard !state.isClosed else { return nil }
            state.isClosed = true
            guard !isAbandoned else { return nil }
            state.last = last
            return wake(&state)
        }
        guard let next else { return false }
        perform(next)
        return true
    }

    /// Nothing that waits here begins any more.
    func abandon() {
        drop(state.withLock { abandon(&$0, mayRecover: false) })
    }

    private func abandon(_ state: inout State, mayRecover: Bool) -> [LaneJob] {
        isAbandonedFlag.store(true, ordering: .relaxed)
        state.mayRecover = mayRecover
        return state.queue.removeAll()
    }

    private func drop(_ jobs: [LaneJob]) {
        state.announceToAll()
        for case .call(let call, let token, _) in jobs { call.laneWasLost(token) }
    }

    // MARK: Waking

    private enum Wake { case nobody, waiting, new(Int) }

    private func wake(_ state: inout State) -> Wake {
        if state.idle > state.coming {
            state.coming += 1
            return .waiting
        }
        guard state.idle == 0, state.threads < state.limit else { return .nobody }
        state.threads += 1
        state.nextThread += 1
        return .new(state.nextThread)
    }

    private func perform(_ wake: Wake) {
        switch wake {
        case .nobody: break
        case .waiting: state.announce()
        case .new(let number):
            let isStarted = Thread.start(named: "hk-\(name)") { [self] in work(as: number) }
            if !isStarted { threadIsMissing() }
        }
    }

    /// The system gives no more threads; with none at all the lane is of no use.
    private func threadIsMissing() {
        let isAlone = state.withLock { state in
            state.threads -= 1
            return state.threads == 0
        }
        if isAlone { abandon() }
    }

    // MARK: Working

    private enum Next {
        case job(LaneJob)
        case last(@Sendable () -> Void)
        case leave
    }

    private func work(as number: Int) {
        let frame = Frame.ofThisThread(.lane)
        while true {
            switch next(for: number) {
            case .job(let job):
                job.perform(frame)
                frame.configuration = nil
            case .last(let last):
                last()
                return
            case .leave: return
            }
        }
    }

    private func next(for number: Int) -> Next {
        var isIdle = false
        var helper = Wake.nobody
        // Waits without an end: the lane is closed or abandoned at last.
        let next: Next? = state.wait { state in
            if isIdle {
                isIdle = false
                state.idle -= 1
                if state.coming > 0 { state.coming -= 1 }
            }
            if state.work.removeValue(forKey: number)?.isLost == true { takeBack(&state) }
            if isAbandoned { return leave(&state) }
            if let job = state.queue.popFirst() {
                state.serial += 1
                state.work[number] = Work(began: .nearly, serial: state.serial, patience: job.patience)
                // Whoever pushed the rest may have counted on this thread, which is now busy for as long as it likes.
                if state.queue.count > 0 { helper = wake(&state) }
                return .job(job)
            }
            if state.isClosed && state.work.isEmpty {
                let last = state.last
                state.last = nil
                state.threads -= 1
                return last.map(Next.last) ?? .leave
            }
            isIdle = true
            state.idle += 1
            return nil
        }
        perform(helper)
        if case .leave = next { state.announceToAll() }
        return next ?? .leave
    }

    private func leave(_ state: inout State) -> Next {
        state.threads -= 1
        return .leave
    }

    // MARK: Suspicion

    enum Finding: Equatable {
        case fine
        /// A job is on its way to its limit.
        case again(Instant)
        /// That was the last thread; `mayRecover` says whether the lane serves again when one comes back.
        case lost(mayRecover: Bool)
    }

    /// Looks for threads that have been at one job for longer than that job may take, and gives them up.
    func inspect(now: Instant) -> Finding {
        var dropped: [LaneJob] = []
        let finding: Finding = state.withLock { state in
            guard !isAbandoned else { return .fine }
            let again = count(&state, now)
            guard state.lost >= state.limit else { return again.map(Finding.again) ?? .fine }
            let mayRecover = state.limit > 1
            dropped = abandon(&state, mayRecover: mayRecover)
            return .lost(mayRecover: mayRecover)
        }
        if case .lost = finding { drop(dropped) }
        return finding
    }

    /// Counts the lost, and tells when the next may be one.
    private func count(_ state: inout State, _ now: Instant) -> Instant? {
        var again: Instant?
        for (number, work) in state.work where !work.isLost && work.patience != .max {
            if now.since(work.began) >= work.patience {
                state.work[number]?.isLost = true
                state.lost += 1
            } else {
                let end = work.began.advanced(by: work.patience)
                again = min(again ?? end, end)
            }
        }
        return again
    }

    /// A thread that was given up is here again.
    private func takeBack(_ state: inout State) {
        state.lost -= 1
        guard state.mayRecover, !state.isClosed else { return }
        state.mayRecover = false
        isAbandonedFlag.store(false, ordering: .relaxed)
    }
}
