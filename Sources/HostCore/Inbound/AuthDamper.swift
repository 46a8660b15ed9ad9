internal import System

/// Counts failed authentications by address and by user, so that guessing has an end however many connections it uses.
///
/// It outlives reloads. What it remembers is bounded: with too many names to remember, the ones whose time is nearly up are
/// forgotten first.
final class AuthDamper: Sendable {
    private struct Failures {
        var count: Int
        /// In nanoseconds of the monotonic clock.
        var since: UInt64
    }

    private let failures = Locked<[String: Failures]>([:])
    private static let most = 100_000

    /// Whether nobody is asked any more, because there were too many failures from the address or for the user.
    func blocks(address: String, user: String, _ settings: AuthSettings) -> Bool {
        let now = SystemTime.monotonicNanoseconds
        return failures.withLock { failures in
            Self.count(Self.network(address), failures, now, settings) >= settings.failuresPerAddress
                || Self.count(Self.key(user), failures, now, settings) >= settings.failuresPerUser
        }
    }

    func failed(address: String, user: String?, _ settings: AuthSettings) {
        let now = SystemTime.monotonicNanoseconds
        failures.withLock { failures in
            if failures.count >= Self.most { Self.forget(&failures, now, settings) }
            for key in [Self.network(address)] + (user.map { [Self.key($0)] } ?? []) {
                let counted = Self.count(key, failures, now, settings)
                let since = counted == 0 ? now : failures[key]?.since ?? now
                failures[key] = Failures(count: counted + 1, since: since)
            }
        }
    }

    /// A user who has proved who they are is forgiven; the address isn't, for its next guess may be another user's.
    func succeeded(user: String) { failures.withLock { _ = $0.removeValue(forKey: Self.key(user)) } }

    private static func count(
        _ key: String,
        _ failures: [String: Failures],
        _ now: UInt64,
        _ settings: AuthSettings
    ) -> Int {
        guard let known = failures[key], !isOver(known, now, settings) else { return 0 }
        return known.count
    }

    private static func isOver(_ known: Failures, _ now: UInt64, _ settings: AuthSettings) -> Bool {
        Duration.nanoseconds(Int64(clamping: now - min(now, known.since))) >= settings.window
    }

    private static func forget(_ failures: inout [String: Failures], _ now: UInt64, _ settings: AuthSettings) {
        failures = failures.filter { !isOver($0.value, now, settings) }
        guard failures.count >= most else { return }
        let middle = failures.values.map(\.since).sorted()[failures.count / 2]
        failures = failures.filter { $0.value.since > middle }
    }

    private static func key(_ user: String) -> String { "u " + user.lowercased() }

    /// An IPv4 address, or the /64 that whoever holds an IPv6 address has to themselves.
    private static func network(_ address: String) -> String {
        guard let parts = groups(address) else { return "a " + address }
        return "a " + parts.prefix(4).map { String($0, radix: 16) }.joined(separator: ":")
    }

    /// The eight groups of an IPv6 address as text; nil for anything else.
    private static func groups(_ address: String) -> [UInt16]? {
        guard address.utf8.contains(UInt8(ascii: ":")) else { return nil }
        let halves = address.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = halves.map { half in half.split(separator: ":").compactMap { UInt16($0, radix: 16) } }
        guard let first = parts.first else { return nil }
        let last = parts.count == 2 ? parts[1] : []
        guard first.count + last.count <= 8 else { return nil }
        return first + [UInt16](repeating: 0, count: 8 - first.count - last.count) + last
    }
}
