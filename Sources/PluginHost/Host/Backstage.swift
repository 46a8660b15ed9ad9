internal import Synchronization

/// What all parts of one plugin host share.
final class Backstage: Sendable {
    let ports: HostPorts
    let timings: Timings
    let calls = TokenRegistry<Call>()
    let sessions = TokenRegistry<SharedSession>()
    let timers = TokenRegistry<PluginTimer>()
    let connections = TokenRegistry<PluginConnection>()
    let clock: AlarmClock
    private let stopping = Atomic<Bool>(false)

    init(ports: HostPorts, timings: Timings) {
        self.ports = ports
        self.timings = timings
        clock = AlarmClock { [calls] token, now in calls.holder(of: token)?.alarmRang(now) }
    }

    var isStopping: Bool { stopping.load(ordering: .relaxed) }
    func stop() { stopping.store(true, ordering: .relaxed) }

    /// The id of a session or transaction for a log line; nil when the token is none or has ended.
    func scope(of token: UInt64) -> String? {
        guard token != 0 else { return nil }
        switch Token.kind(of: token) {
        case .session, .transaction: return sessions.holder(of: token)?.scope(of: token)
        case .call: return calls.holder(of: token)?.scope(of: token)
        case .timer, .connection, nil: return nil
        }
    }
}
