public import Queue
internal import System

/// Counts what TLS with other hosts comes to: by day, by the rule that it was under, and by what went wrong.
///
/// Counts wait in memory for a while, so that a connection costs no disk.
public final class TLSTally: Sendable {
    struct Key: Hashable, Sendable {
        /// Since 1970, in UTC.
        let day: Int
        let rule: TLSRule
        /// Nil for sessions that went well.
        let failure: TLSFailure?

        /// About the bytes that it takes.
        var size: Int { 128 + rule.size + (failure?.size ?? 0) }
    }

    private struct State {
        var counts: [Key: Int] = [:]
        /// Of the keys.
        var bytes = 0

        /// Kinds of sessions that there is no room for are not counted until the others were written down.
        mutating func add(_ count: Int, _ key: Key, _ mostBytes: Int) {
            guard counts[key] == nil else { return counts[key, default: 0] += count }
            let size = key.size
            guard counts.count < TLSTally.most, bytes + size <= mostBytes else { return }
            counts[key] = count
            bytes += size
        }
    }

    /// Kinds of sessions that wait in memory at most, and their bytes.
    private static let most = 5000
    private let mostBytes: Int

    private let state = Locked(State())
    private let isOn: @Sendable () -> Bool
    private let clock: @Sendable () -> QueueTime

    /// - Parameters:
    ///   - isOn: whether anything is counted now.
    ///   - clock: the time on the wall.
    public convenience init(isOn: @escaping @Sendable () -> Bool, clock: @escaping @Sendable () -> QueueTime) {
        self.init(isOn: isOn, clock: clock, mostBytes: 8 << 20)
    }

    init(isOn: @escaping @Sendable () -> Bool, clock: @escaping @Sendable () -> QueueTime, mostBytes: Int) {
        (self.isOn, self.clock, self.mostBytes) = (isOn, clock, mostBytes)
    }

    /// One session has come to an end, well or not.
    func note(_ failure: TLSFailure?, under rule: TLSRule) {
        guard isOn() else { return }
        let key = Key(day: Int(clock().secondsSinceEpoch / 86_400), rule: rule, failure: failure)
        state.withLock { $0.add(1, key, mostBytes) }
    }

    /// A domain's policy could not be had.
    func note(_ fault: PolicyFault, of domain: String) {
        var failure: TLSFailure
        switch fault {
        case .unreachable: failure = TLSFailure(.noPolicy)
        case .untrusted: failure = TLSFailure(.badPolicyHost)
        case .invalid: failure = TLSFailure(.badPolicy)
        }
        failure.reason = fault.description
        note(failure, under: TLSRule(.sts, of: domain))
    }

    /// What has gathered; it is the caller's to write down, or to give back.
    func take() -> [Key: Int] {
        state.withLock { state in
            defer { state = State() }
            return state.counts
        }
    }

    func giveBack(_ taken: [Key: Int]) {
        state.withLock { state in
            for (key, count) in taken { state.add(count, key, mostBytes) }
        }
    }
}
