internal import Queue

/// A policy as it is kept: with its id, and when it was fetched.
struct KeptPolicy: Sendable, Equatable {
    /// How often a policy is fetched again although its id stays.
    private static let day = Duration.seconds(86_400)

    let id: String
    let policy: STSPolicy
    let fetched: QueueTime
    /// To the day: when mail was last sent under it.
    var used: QueueTime

    var expires: QueueTime { fetched + policy.maxAge }

    /// From when on it is to be fetched again: long before its end, so that nobody gets rid of it by keeping us from
    /// its host for a while (RFC 8461 §10.2).
    var refreshes: QueueTime { fetched + min(policy.maxAge / 2, Self.day) }
}
