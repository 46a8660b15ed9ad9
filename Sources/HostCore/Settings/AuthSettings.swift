internal import Config

/// What the administrator decided about AUTH: `auth.ini`.
struct AuthSettings: Sendable, Equatable {
    /// Whether AUTH is offered under TLS only.
    let needsTLS: Bool
    /// Whether clients from private addresses may do without.
    let privateWithoutTLS: Bool
    /// Local ports where MAIL without AUTH is 530 5.7.0.
    let submissionPorts: Set<Int>
    let failuresPerConnection: Int
    let failuresPerAddress: Int
    let failuresPerUser: Int
    /// How long a failure counts.
    let window: Duration
    /// How long the first failure's reply waits; each one after it twice as long.
    let delay: Duration
    let longestDelay: Duration

    init(_ settings: Settings) {
        needsTLS = settings.bool("require_tls")
        privateWithoutTLS = settings.bool("private_without_tls")
        submissionPorts = settings.custom("submission_ports") ?? []
        failuresPerConnection = settings.int("failures.per_connection")
        failuresPerAddress = settings.int("failures.per_address")
        failuresPerUser = settings.int("failures.per_user")
        window = settings.duration("failures.window")
        delay = settings.duration("failures.delay")
        longestDelay = settings.duration("failures.longest_delay")
    }

    /// How long the reply to the nth failure of a connection waits.
    func delay(afterFailures count: Int) -> Duration {
        guard count > 0 else { return .zero }
        return min(delay * (1 << min(count - 1, 20)), longestDelay)
    }
}
