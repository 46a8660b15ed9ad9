internal import NIOCore
internal import System
public import TLS

/// Connects to other hosts, on event loops that others own.
public final class Dialer: Sendable {
    private struct State {
        var isOpen = true
        var next = 0
        var settings = TLSClientSettings()
        /// Made when they are needed: each reads the system's authorities.
        var verifying: TLSClientContext?
        var trusting: TLSClientContext?
    }

    private let rosters: [LoopRoster]
    /// What is common to connections that somebody has accepted; here there is nothing to say.
    private let entrance = Entrance(ListenerOptions(), Locked(Reception()), Tally()) { _ in }
    private let names = NameLookup()
    private let state = Locked(State())

    /// Rosters of its own: who wakes all connections that came in doesn't mean these.
    init(loops: [any EventLoop]) {
        rosters = loops.enumerated().map { LoopRoster(index: $0.offset, loop: $0.element) }
    }

    /// How TLS is spoken from now on; whether it verifies is each outcall's to say.
    public func apply(_ settings: TLSClientSettings) {
        state.withLock { state in
            state.settings = settings
            state.verifying = nil
            state.trusting = nil
        }
    }

    /// Begins to connect, and returns at once; the listener is told what becomes of it.
    ///
    /// The timeout is for looking up the name, connecting to one of its addresses, and the TLS handshake; each later
    /// handshake has as long.
    public func call(
        _ target: OutcallTarget,
        security: OutcallSecurity? = nil,
        timeout: Duration,
        _ listener: any OutcallListener
    ) -> Outcall {
        let outcall = prepare(listener)
        begin(outcall, target, security: security, timeout: timeout)
        return outcall
    }

    /// Makes an outcall that can be written to, and connects only with ``begin(_:_:security:timeout:)``.
    ///
    /// For listeners that have to know it before they are told anything.
    public func prepare(_ listener: any OutcallListener) -> Outcall { Outcall(self, listener) }

    /// Begins to connect, once for each outcall.
    public func begin(
        _ outcall: Outcall,
        _ target: OutcallTarget,
        security: OutcallSecurity? = nil,
        timeout: Duration
    ) {
        guard let roster = nextRoster() else { return outcall.end(.failed("the server is stopping")) }
        var secure: Outcall.Secure?
        if let security {
            guard let context = context(for: security) else {
                return outcall.end(.tlsFailed("TLS can't be spoken: the system's authorities can't be read"))
            }
            secure = Outcall.Secure(context: context, security: security)
        }
        // Behind the context: the first one reads the system's authorities.
        let deadline = NIODeadline.now() + TimeAmount(timeout)
        let dialing = Dialing(roster, entrance, outcall, deadline) { dialing in
            OutcallDriver(outcall, dialing, secure, timeout: timeout, deadline: deadline)
        }
        outcall.whileDialing { [weak self] in self?.perform(on: roster) { dialing.cancel() } }
        dial(target, dialing, roster)
    }

    private func dial(_ target: OutcallTarget, _ dialing: Dialing, _ roster: LoopRoster) {
        perform(on: roster) { dialing.begin() }
        switch target {
        case .unix(let path): perform(on: roster) { dialing.try(unix: path) }
        case .race(let race): perform(on: roster) { dialing.try(race) }
        case .tcp(let host, let port):
            if let address = IPAddress(host) {
                perform(on: roster) { dialing.try([OutcallAddress(address, port: port)]) }
            } else {
                names.look(up: host) { [weak self] found in
                    self?.perform(on: roster) { dialing.take(found, port: port) }
                }
            }
        }
    }

    /// Loops by turns; nil after the end.
    private func nextRoster() -> LoopRoster? {
        state.withLock { state in
            guard state.isOpen else { return nil }
            state.next = (state.next + 1) % rosters.count
            return rosters[state.next]
        }
    }

    /// Nil when the system's authorities can't be read.
    func context(for security: OutcallSecurity) -> TLSClientContext? {
        state.withLock { state in
            let place = security.isVerified ? \State.verifying : \State.trusting
            if let context = state[keyPath: place] { return context }
            var settings = state.settings
            settings.requiresVerification = security.isVerified
            let context = try? TLSClientContext(settings)
            state[keyPath: place] = context
            return context
        }
    }

    /// A loop that has ended takes no more work.
    private func perform(on roster: LoopRoster, _ body: @escaping @Sendable () -> Void) {
        state.withLock { state in
            if state.isOpen { roster.loop.execute(body) }
        }
    }

    /// Before the loops end: what is still dialing is heard of no more.
    func stop() {
        state.withLock { $0.isOpen = false }
        names.stop()
    }
}
