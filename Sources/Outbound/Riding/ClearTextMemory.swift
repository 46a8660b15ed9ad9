internal import SMTP
internal import System
internal import Wire

/// Hosts whose TLS is broken: where it isn't required they are spoken to in the clear, for a day.
///
/// RFC 7435: no TLS is better than no mail, where nobody asked for more. A host that wants a password is none of them: it would
/// get nothing in the clear.
final class ClearTextMemory: Sendable {
    private static let day: UInt64 = 86_400_000_000_000
    private static let most = 10_000

    /// A name alone isn't enough: on another port there may be another server.
    private struct Key: Hashable {
        let name: String
        let target: OutcallTarget
    }

    private let hosts = Locked<[Key: UInt64]>([:])

    /// The hop in the clear, now and for a day; nil where TLS is required, or was off.
    func inClear(_ hop: Hop) -> Hop? {
        guard Self.mayBeClear(hop) else { return nil }
        hosts.withLock { hosts in
            if hosts.count >= Self.most { hosts.removeAll() }
            hosts[Key(name: hop.name, target: hop.target)] = SystemTime.monotonicNanoseconds
        }
        return current(hop)
    }

    private static func mayBeClear(_ hop: Hop) -> Bool {
        hop.policy.tls == .opportunistic && hop.verification == .none && !hop.beginsWithTLS
            && hop.policy.credentials == nil
    }

    /// The hop as it is to be spoken to now.
    func current(_ hop: Hop) -> Hop {
        guard Self.mayBeClear(hop) else { return hop }
        let isBroken = hosts.withLock { hosts in
            guard let since = hosts[Key(name: hop.name, target: hop.target)] else { return false }
            return SystemTime.monotonicNanoseconds - since < Self.day
        }
        guard isBroken else { return hop }
        var clear = hop
        clear.policy.tls = .off
        return clear
    }
}
