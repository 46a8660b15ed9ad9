import Synchronization

/// The servers that share the mail, in turn; those that failed lately come last.
package final class HostPool: Sendable {
    private struct State {
        var next = 0
        var deadUntil: [Remote: ContinuousClock.Instant] = [:]
    }

    package let remotes: [Remote]
    private let rest: Duration
    private let state = Mutex(State())

    /// A server that failed is left alone for that long, unless all have.
    package init(_ remotes: [Remote], rest: Duration = .seconds(90)) {
        self.remotes = remotes
        self.rest = rest
    }

    /// All servers in the order in which they are to be tried now.
    package func order(now: ContinuousClock.Instant = .now) -> [Remote] {
        guard remotes.count > 1 else { return remotes }
        return state.withLock { state in
            state.deadUntil = state.deadUntil.filter { $0.value > now }
            let turn = state.next
            state.next = (turn + 1) % remotes.count
            let all = remotes[turn...] + remotes[..<turn]
            return all.filter { state.deadUntil[$0] == nil } + all.filter { state.deadUntil[$0] != nil }
        }
    }

    package func failed(_ remote: Remote, now: ContinuousClock.Instant = .now) {
        state.withLock { $0.deadUntil[remote] = now + rest }
    }

    package func worked(_ remote: Remote) { state.withLock { _ = $0.deadUntil.removeValue(forKey: remote) } }
}
