public import Hooks
internal import PluginABI

extension PluginSession {
    /// Puts a hook's question to its plugins, in order.
    ///
    /// - Returns: what they settled on; nil when a plugin will answer later. Then `wake` is called with a token, and
    ///   ``woken(_:)`` gives the outcome. A required hook takes a run in flight back, which then has no outcome.
    public func run(_ hook: Hook, _ about: About = .nothing) -> Outcome? {
        if pending != nil {
            precondition(hook.isRequired, "a session asks one question at a time")
            supersede(.superseded)
        }
        let line = table.places[hook.index]
        guard !line.isEmpty else { return .nobody }
        tell(about)
        var chain = Chain(hook, line: line, judges: table.judges, skipping: skippedNumbers())
        let action = chain.start()
        if let outcome = go(&chain, action) { return outcome }
        putAway(chain)
        return nil
    }

    /// The outcome of the run that waits for this token; nil when it still waits, or waits for another.
    public func woken(_ token: UInt64) -> Outcome? {
        guard let expected = pending?.token, expected == token, let call else { return nil }
        let taken = call.take()
        if case .waiting = taken { return nil }
        guard let run = pending.take() else { return nil }
        var chain = run.chain
        let action: Chain.Action
        switch taken {
        case .answer(let ending, let staged, let isDirty):
            if isDirty { letGoOfCall() }
            action = weigh(ending, staged, run.post, &chain)
        case .expired, .waiting:
            noteTimeout(run.post)
            action = chain.deadlinePassed()
        }
        if let outcome = go(&chain, action) { return outcome }
        putAway(chain)
        return nil
    }

    private func putAway(_ chain: consuming Chain) {
        guard let (token, post) = waiting.take() else { preconditionFailure("a chain that settles on nothing waits") }
        pending = PendingRun(chain: chain, token: token, post: post)
    }

    /// Whether a run waits for an answer.
    public var isBusy: Bool { pending != nil }

    /// The peer has gone: a run in flight is taken back, unless it is one that runs behind the peer.
    public func peerClosed() {
        guard let hook = pending?.chain.hook, !hook.isRequired else { return }
        supersede(.disconnect)
    }

    /// Takes a run in flight back.
    func supersede(_ reason: Chain.CancelReason) {
        guard let run = pending.take() else { return }
        var chain = run.chain
        run.post.registration.breaker.learnedNothing()
        let action = chain.superseded(reason)
        let outcome = go(&chain, action)
        assert(outcome?.isAbandoned == true)
    }

    // MARK: Performing the chain's actions

    /// What the chain settles on; nil when a plugin is to answer later, and then ``waiting`` says which.
    private func go(_ chain: inout Chain, _ first: Chain.Action) -> Outcome? {
        let frame = threadFrame()
        frame.isActive = true
        defer { frame.isActive = false }
        var action = first
        while true {
            switch consume action {
            case .settled(let outcome):
                if !chain.lifted.isEmpty { noteLifted(chain) }
                if isAboutSomething { forgetAbout() }
                return outcome
            case .call(let slot):
                let post = post(slot, chain.hook)
                switch ask(post, chain, frame) {
                case .taken(let ending, let staged): action = weigh(ending, staged, post, &chain)
                case .refused(let failure): action = chain.failed(failure)
                case .waiting(let token):
                    waiting = (token, post)
                    return nil
                }
            case .cancel(_, let reason):
                if let call, call.end(reason) { letGoOfCall() }
                action = chain.cancelled()
            }
        }
    }

    private func post(_ slot: Chain.Slot, _ hook: Hook) -> HookTable.Post {
        switch slot {
        case .line(let place): table.posts[hook.index][place]
        case .deny(let place): table.judgePosts[place]
        }
    }

    private enum Asked {
        case taken(Call.Ending, StagedBox?)
        case refused(Failure)
        case waiting(UInt64)
    }

    private func ask(_ post: HookTable.Post, _ chain: borrowing Chain, _ frame: Frame) -> Asked {
        let registration = post.registration
        let instance = registration.instance
        if registration.isJudge, let refusal = chain.refusalUnderJudgement { tell(refusal, of: chain.hook) }
        guard !backstage.isStopping else { return .refused(.unavailable("the server is stopping")) }
        guard let call else { return .refused(.unavailable("there are too many calls")) }
        guard !instance.lane.isAbandoned else { return .refused(.unavailable("its lane is stuck")) }
        guard registration.breaker.allows() else { return .refused(.unavailable("it has failed too often")) }
        return registration.runsInline ? askInline(post, call, frame) : askOnLane(post, call)
    }

    @inline(__always)
    private func askInline(_ post: HookTable.Post, _ call: Call, _ frame: Frame) -> Asked {
        let registration = post.registration
        let token = call.beginInline(registration, facts)
        unsafe registration.prepare(facts.args, call: token)
        let began = Instant.nearly
        let number = unsafe registration.invoke(facts.args)
        let took = Instant.nearly.since(began)
        if took > inlineLimit { registration.overran(by: took) }
        if frame.hasConfiguration { frame.configuration = nil }
        switch call.returnedInline(number, registration, limit: post.limit) {
        case .answer(let ending, let staged, let isDirty):
            if isDirty { letGoOfCall() }
            return .taken(ending, staged)
        case .waiting, .expired: return .waiting(token)
        }
    }

    private func askOnLane(_ post: HookTable.Post, _ call: Call) -> Asked {
        let registration = post.registration
        let token = call.begin(registration, facts, limit: post.limit)
        unsafe registration.prepare(facts.args, call: token)
        do throws(Lane.Refusal) {
            try registration.instance.lane.push(.call(call, token: token, limit: post.limit))
            return .waiting(token)
        } catch {
            if call.end(.shutdown) { letGoOfCall() }
            registration.breaker.learnedNothing()
            return .refused(.unavailable("its lane takes no more calls"))
        }
    }

    // MARK: Weighing answers

    private func weigh(
        _ ending: Call.Ending,
        _ box: StagedBox?,
        _ post: HookTable.Post,
        _ chain: inout Chain
    ) -> Chain.Action {
        let registration = post.registration
        // What this plugin wants skipped is skipped from here on.
        chain.skipping = skippedNumbers()
        // Nearly every answer is a number and nothing else.
        if box == nil, case .number(let number) = ending, let code = VerdictCode(rawValue: number) {
            let change = registration.breaker.succeeded()
            if change != .none { noteBreaker(change, registration) }
            return chain.answered(Verdict(code))
        }
        let staged = box?.value
        switch verdict(ending, staged, registration) {
        case .success(let verdict):
            noteBreaker(registration.breaker.succeeded(), registration)
            // Who only watches settles nothing.
            if let staged { accept(staged, registration.observes ? .cont : verdict.code) }
            return chain.answered(verdict)
        case .failure(let fault):
            if case .nonsense(let reason) = fault.failure { noteNonsense(reason, registration) }
            noteBreaker(registration.breaker.failed(), registration)
            return chain.failed(fault.failure)
        }
    }

    private struct Fault: Error { let failure: Failure }

    private func verdict(
        _ ending: Call.Ending,
        _ staged: Staged?,
        _ registration: Registration
    ) -> Result<Verdict, Fault> {
        switch ending {
        case .nonsense(let reason): return .failure(Fault(failure: .nonsense(reason)))
        case .unavailable(let reason): return .failure(Fault(failure: .unavailable(reason)))
        case .number(let number):
            guard let code = VerdictCode(rawValue: number) else {
                return .failure(Fault(failure: .nonsense("returned \(number)\(Self.hint(number))")))
            }
            guard let reply = staged?.reply else { return .success(Verdict(code)) }
            if !registration.observes, let contradiction = ReplyRules.contradiction(reply, code) {
                return .failure(Fault(failure: .nonsense(contradiction)))
            }
            return .success(Verdict(code, reply))
        }
    }

    private static func hint(_ number: hk_verdict) -> String {
        switch Int(number) {
        case HK_V_PENDING: ", HK_V_PENDING, without the flag HK_HF_MAY_PEND"
        case 0: "; did you mean HK_V_CONT?"
        default: ", which is no verdict"
        }
    }
}
