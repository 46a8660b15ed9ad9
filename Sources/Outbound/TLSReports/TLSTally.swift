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
    }

    /// Kinds of sessions that wait in memory at most; others are not counted until these were written down.
    private static let most = 5000

    private let counts = Locked<[Key: Int]>([:])
    private let isOn: @Sendable () -> Bool
    private let clock: @Sendable () -> QueueTime

    /// - Parameters:
    ///   - isOn: whether anything is counted now.
    ///   - clock: the time on the wall.
    public init(isOn: @escaping @Sendable () -> Bool, clock: @escaping @Sendable () -> QueueTime) {
        (self.isOn, self.clock) = (isOn, clock)
    }

    /// One session has come to an end, well or not.
    func note(_ failure: TLSFailure?, under rule: TLSRule) {
        guard isOn() else { return }
        let key = Key(day: Int(clock().secondsSinceEpoch / 86_400), rule: rule, failure: failure)
        counts.withLock { counts in
            if counts.count < Self.most || counts[key] != nil { counts[key, default: 0] += 1 }
        }
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
        counts.withLock { counts in
            defer { counts = [:] }
            return counts
        }
    }

    func giveBack(_ taken: [Key: Int]) {
        counts.withLock { counts in
            for (key, count) in taken where counts.count < Self.most || counts[key] != nil {
                counts[key, default: 0] += count
            }
        }
    }
}
