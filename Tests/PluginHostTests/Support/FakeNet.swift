import Glibc

@testable import PluginHost

/// Connections without sockets: the test is the other side.
final class FakeNet: NetService {
    /// One connection as the plugin's side asked for it.
    final class Line: NetLink {
        struct State {
            var events: (any NetEvents)?
            var written = ""
            var pauses: [Bool] = []
            var securities: [NetSecurity] = []
            var closes = 0
            var answer = NetAcceptance.taken
        }

        let target: NetTarget
        let security: NetSecurity?
        let timeout: Duration
        private let state: Guarded<State>

        init(_ target: NetTarget, _ security: NetSecurity?, _ timeout: Duration, _ events: any NetEvents) {
            self.target = target
            self.security = security
            self.timeout = timeout
            state = Guarded(State(events: events))
        }

        var now: State { state.withLock { $0 } }
        var events: any NetEvents {
            guard let events = now.events else { preconditionFailure("no events") }
            return events
        }

        func answer(_ answer: NetAcceptance) { state.withLock { $0.answer = answer } }
        func say(_ text: String) { events.received(Array(text.utf8).span) }
        /// Lets go of the plugin's side.
        func forget() { state.withLock { $0.events = nil } }

        func write(_ bytes: [UInt8]) -> NetAcceptance {
            state.withLock { state in
                if state.answer == .taken { state.written += String(decoding: bytes, as: UTF8.self) }
                return state.answer
            }
        }

        func startTLS(_ security: NetSecurity) -> Bool {
            state.withLock { $0.securities.append(security) }
            return true
        }

        func pause(_ isPaused: Bool) { state.withLock { $0.pauses.append(isPaused) } }
        func close() { state.withLock { $0.closes += 1 } }
    }

    private let made = Guarded<[Line]>([])
    /// Whether a connection stands before the plugin's host knows its link.
    private let isHasty: Bool

    init(isHasty: Bool = false) { self.isHasty = isHasty }

    var lines: [Line] { made.withLock { $0 } }

    var last: Line {
        guard let line = lines.last else { preconditionFailure("nothing was connected") }
        return line
    }

    func connect(
        to target: NetTarget,
        security: NetSecurity?,
        timeout: Duration,
        events: any NetEvents
    ) -> any NetLink {
        let line = Line(target, security, timeout, events)
        made.withLock { $0.append(line) }
        if isHasty {
            events.connected()
            // Time for the lane to show it, if it did too early.
            usleep(20_000)
        }
        return line
    }
}
