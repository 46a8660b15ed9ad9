internal import Glibc
internal import Hooks
internal import PluginABI

/// The plugin's side: any thread, any token.
extension Call {
    private static func isMine(_ state: State, _ token: UInt64, _ instance: PluginInstance) -> Bool {
        token == state.token && state.registration?.instance === instance && state.hasBegun
    }

    private static func isOpen(_ state: State, _ token: UInt64, _ instance: PluginInstance) -> Bool {
        isMine(state, token, instance) && state.phase == .open
    }

    /// Takes the verdict; an ending that is none fails the call by its policy, which the plugin is told.
    func complete(
        _ token: UInt64,
        for instance: PluginInstance,
        _ ending: Ending,
        reply: Verdict.Words?
    ) -> hk_status {
        let (status, wakes) = state.withLock { state -> (hk_status, Bool) in
            guard Self.isOpen(state, token, instance) else { return (Status.stale, false) }
            state.phase = .answered
            state.ending = ending
            if let reply {
                let box = state.staged ?? StagedBox()
                box.value.reply = reply
                state.staged = box
            }
            let status: hk_status
            if case .number(let number) = ending, VerdictCode(rawValue: number) != nil {
                status = Status.ok
            } else {
                status = Status.invalid
            }
            // On the loop's own stack the answer is looked for at return.
            return (status, !(state.isOnLoop && state.executor != nil))
        }
        if wakes { session.wake(token) }
        return status
    }

    /// Writes something that counts when the verdict is accepted.
    func stage(
        _ token: UInt64,
        for instance: PluginInstance,
        _ write: (inout Staged, Registration) -> hk_status
    ) -> hk_status {
        state.withLock { state in
            guard Self.isOpen(state, token, instance), let registration = state.registration else {
                return Status.stale
            }
            let box = state.staged ?? StagedBox()
            let status = write(&box.value, registration)
            // Whoever refuses a write has written nothing.
            if status == Status.ok { state.staged = box }
            return status
        }
    }

    /// What the call has written; nil when it has ended.
    func staged(_ token: UInt64, for instance: PluginInstance) -> Staged? {
        state.withLock { Self.isOpen($0, token, instance) ? $0.staged?.value ?? Staged() : nil }
    }

    /// What this instance's call has written, if it is the one that is open.
    func openStaged(for instance: PluginInstance) -> Staged? {
        state.withLock { Self.isOpen($0, $0.token, instance) ? $0.staged?.value : nil }
    }

    /// Keeps what views lead to until the call is over and released.
    func keep(_ object: AnyObject, _ token: UInt64, for instance: PluginInstance) -> Bool {
        state.withLock { state in
            guard Self.isOpen(state, token, instance) else { return false }
            if !state.kept.contains(where: { $0 === object }) { state.kept.append(object) }
            return true
        }
    }

    func retain(_ token: UInt64, for instance: PluginInstance) -> hk_status {
        state.withLock { state in
            guard Self.isMine(state, token, instance), state.phase == .open || state.phase == .answered else {
                return Status.stale
            }
            guard let executor = state.executor, pthread_equal(executor, pthread_self()) != 0 else {
                return Status.phase
            }
            state.isRetained = true
            return Status.ok
        }
    }

    func release(_ token: UInt64, for instance: PluginInstance) -> hk_status {
        let (status, seat) = state.withLock { state -> (hk_status, Seat?) in
            guard Self.isMine(state, token, instance) else { return (Status.stale, nil) }
            guard state.isRetained else {
                return (state.phase == .open || state.phase == .answered ? Status.invalid : Status.stale, nil)
            }
            state.isRetained = false
            return (Status.ok, giveUpIfClean(&state))
        }
        if let seat { giveUp(seat, instance) }
        return status
    }

    func progress(_ token: UInt64, for instance: PluginInstance) -> hk_status {
        state.withLock { state in
            guard Self.isOpen(state, token, instance) else { return Status.stale }
            guard state.deadline.nanoseconds != .max else { return Status.ok }
            guard state.deadline < state.lastDeadline else { return Status.limit }
            state.deadline = min(Instant.now.advanced(by: state.limit), state.lastDeadline)
            return Status.ok
        }
    }

    /// Lets the plugin's time stand still while the server does something for the call; false when that has ended.
    func suspend(_ token: UInt64, for wait: CallWait, of instance: PluginInstance) -> Bool {
        state.withLock { state in
            guard Self.isOpen(state, token, instance) else { return false }
            state.waits.append(wait)
            state.deadline = Instant(nanoseconds: .max)
            return true
        }
    }

    /// What the call has waited for is done: the plugin has its whole time again.
    func goOn(from wait: CallWait) {
        state.withLock { state in
            guard let place = state.waits.firstIndex(where: { $0 === wait }) else { return }
            state.waits.remove(at: place)
            if state.waits.isEmpty, state.phase == .open { rearm(&state) }
        }
    }

    func isLive(_ token: UInt64, for instance: PluginInstance) -> Bool {
        state.withLock { Self.isOpen($0, token, instance) }
    }

    /// The id of its session or transaction, while the call is open.
    func scope(of token: UInt64) -> String? {
        let isOpen = state.withLock { $0.token == token && $0.phase == .open }
        return isOpen ? session.presentScope : nil
    }
}
