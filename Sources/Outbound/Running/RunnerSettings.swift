/// What the administrator decided about deliveries: `outbound.ini`.
public struct RunnerSettings: Sendable, Equatable {
    /// Nothing is delivered; mail is queued all the same.
    public var isDisabled = false
    /// Connections at once.
    public var concurrency = 100
    /// Of them to one destination.
    public var concurrencyPerDestination = 10
    /// Attempts, after which a message is given up.
    public var maxFailures = 13
    public var schedule = RetrySchedule.usual
    /// After so long a message is given up, however often it was tried.
    public var longestAge = Duration.seconds(5 * 86_400)

    public init() {}
}
