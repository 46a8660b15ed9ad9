/// One run of one hook through its plugins: all of Haraka's hook semantics as a machine without I/O.
///
/// Events go in (`start`, `answered`, `failed`, `deadlinePassed`, `peerClosed`, `superseded`), actions come out. A call that
/// is answered at once goes from `call` to the next action without allocation.
public struct Chain: ~Copyable, Sendable {
    /// Where a call stands: in the hook's own line, or in the line of `deny` that judges a refusal of it.
    public enum Slot: Sendable, Equatable {
        case line(Int)
        case deny(Int)
    }

    public enum CancelReason: Int32, Sendable {
        case disconnect = 1
        case timeout = 2
        case superseded = 3
        case shutdown = 4
    }

    public enum Action: Sendable, Equatable {
        /// Ask this plugin, then report ``Chain/answered(_:)`` or ``Chain/failed(_:)``.
        case call(Slot)
        /// Take the call back; nothing that it brings later counts. Then report ``Chain/cancelled()``.
        case cancel(Slot, CancelReason)
        case settled(Outcome)
    }

    enum Phase: Sendable {
        case ready
        case asking(Int)
        /// `deny` judges what the plugin at `place` said.
        indirect case judging(deny: Int, place: Int, refusal: Outcome)
        indirect case cancelling(Slot, then: Continuation)
        case settled
    }

    enum Continuation: Sendable {
        case abandon
        case timeOut(refusal: Outcome?, place: Int)
    }

    public let hook: Hook
    let line: [Place]
    let judges: [Place]
    /// Plugins that are passed over; it may change while the chain runs.
    public var skipping: Set<Int>
    private var phase = Phase.ready
    /// Refusals that `deny` lifted, for the log.
    public private(set) var lifted: [Outcome] = []

    /// - Parameters:
    ///   - hook: the question that is put.
    ///   - line: the hook's registrations in the order in which they run.
    ///   - judges: the registrations of the hook `deny`.
    ///   - skipping: plugins that this transaction skips (`skip_plugins`).
    public init(_ hook: Hook, line: [Place], judges: [Place] = [], skipping: Set<Int> = []) {
        self.hook = hook
        self.line = line
        self.judges = judges
        self.skipping = skipping
    }

    public mutating func start() -> Action {
        switch phase {
        case .ready: return ask(from: 0)
        case .asking, .judging, .cancelling, .settled: preconditionFailure("a chain starts once")
        }
    }

    /// The plugin that was called has given its verdict.
    public mutating func answered(_ verdict: Verdict) -> Action {
        switch phase {
        case .asking(let place): return weigh(verdict, at: place)
        case .judging(let deny, let place, let refusal):
            return judge(verdict.code, deny: deny, place: place, refusal)
        case .ready, .cancelling, .settled: preconditionFailure("an answer without a call")
        }
    }

    /// The plugin that was called gave no verdict.
    public mutating func failed(_ failure: Failure) -> Action {
        switch phase {
        case .asking(let place): return fail(failure, at: place)
        case .judging(let deny, let place, let refusal):
            return judge(.cont, deny: deny, place: place, refusal)
        case .ready, .cancelling, .settled: preconditionFailure("a failure without a call")
        }
    }

    public mutating func deadlinePassed() -> Action {
        switch phase {
        case .asking(let place):
            phase = .cancelling(.line(place), then: .timeOut(refusal: nil, place: place))
            return .cancel(.line(place), .timeout)
        case .judging(let deny, let place, let refusal):
            phase = .cancelling(.deny(deny), then: .timeOut(refusal: refusal, place: place))
            return .cancel(.deny(deny), .timeout)
        case .ready, .cancelling, .settled: preconditionFailure("a deadline without a call")
        }
    }

    /// The peer has gone: the call in flight is taken back.
    public mutating func peerClosed() -> Action { abandon(.disconnect) }

    /// A required hook starts, or the server stops: the call in flight is taken back.
    public mutating func superseded(_ reason: CancelReason = .superseded) -> Action { abandon(reason) }

    /// The call was taken back.
    public mutating func cancelled() -> Action {
        switch phase {
        case .cancelling(_, then: .abandon):
            phase = .settled
            return .settled(.abandoned)
        case .cancelling(.line, then: .timeOut(_, let place)):
            return fail(.timeout, at: place)
        case .cancelling(.deny(let deny), then: .timeOut(let refusal, let place)):
            guard let refusal else { preconditionFailure("a judgement without a refusal") }
            return judge(.cont, deny: deny, place: place, refusal)
        case .ready, .asking, .judging, .settled: preconditionFailure("nothing is being cancelled")
        }
    }

    private mutating func abandon(_ reason: CancelReason) -> Action {
        switch phase {
        case .asking(let place):
            phase = .cancelling(.line(place), then: .abandon)
            return .cancel(.line(place), reason)
        case .judging(let deny, _, _):
            phase = .cancelling(.deny(deny), then: .abandon)
            return .cancel(.deny(deny), reason)
        case .ready, .settled:
            phase = .settled
            return .settled(.abandoned)
        case .cancelling: preconditionFailure("a call is cancelled once")
        }
    }

    private mutating func ask(from first: Int) -> Action {
        var place = first
        while place < line.count {
            if skipping.isEmpty || !skipping.contains(line[place].plugin) {
                phase = .asking(place)
                return .call(.line(place))
            }
            place += 1
        }
        return settle(.nobody)
    }

    private mutating func weigh(_ verdict: Verdict, at place: Int) -> Action {
        if verdict.code == .cont || line[place].observes || hook.runsEvery { return ask(from: place + 1) }
        let outcome = Outcome(verdict.code, verdict.reply, plugin: line[place].plugin)
        return appeal(outcome, at: place)
    }

    private mutating func fail(_ failure: Failure, at place: Int) -> Action {
        let one = line[place]
        if one.observes || hook.runsEvery || !hook.isRefusable { return ask(from: place + 1) }
        switch one.onFailure {
        case .continue: return ask(from: place + 1)
        case .tempfail: return appeal(Outcome(.denySoft, plugin: one.plugin, failure: failure), at: place)
        case .deny: return appeal(Outcome(.deny, plugin: one.plugin, failure: failure), at: place)
        }
    }

    /// Gives `deny` the chance to lift a refusal.
    private mutating func appeal(_ outcome: Outcome, at place: Int) -> Action {
        guard outcome.code.refuses, hook.isRefusable, !hook.isDetached, !judges.isEmpty else { return settle(outcome) }
        // Whoever judges sees what the hook was told.
        guard !hook.hasSecret else { return settle(outcome) }
        return judge(.cont, deny: -1, place: place, outcome)
    }

    private mutating func judge(_ code: VerdictCode, deny: Int, place: Int, _ refusal: Outcome) -> Action {
        switch code {
        case .ok:
            lifted.append(refusal)
            return ask(from: place + 1)
        case .cont:
            var next = deny + 1
            while next < judges.count && skipping.contains(judges[next].plugin) { next += 1 }
            guard next < judges.count else { return settle(refusal) }
            phase = .judging(deny: next, place: place, refusal: refusal)
            return .call(.deny(next))
        case .stop, .deny, .denySoft, .denyDisconnect, .disconnect, .nextHook, .delay, .denySoftDisconnect:
            return settle(refusal)
        }
    }

    private mutating func settle(_ outcome: Outcome) -> Action {
        phase = .settled
        return .settled(outcome)
    }

    /// The refusal that `deny` judges now, for the facts that it is told.
    public var refusalUnderJudgement: Outcome? {
        switch phase {
        case .judging(_, _, let refusal): refusal
        case .ready, .asking, .cancelling, .settled: nil
        }
    }
}
