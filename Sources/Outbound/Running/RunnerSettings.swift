/// What the administrator decided about deliveries: `outbound.ini`, and of `outbound.routes.ini` the limits.
public struct RunnerSettings: Sendable, Equatable {
    /// Nothing is delivered; mail is queued all the same.
    public var isDisabled = false
    /// Connections at once.
    public var concurrency = 100
    /// Of them to one destination.
    public var concurrencyPerDestination = 10
    /// Of them to one host from one address of ours, whatever destinations it takes mail for; where more may go to one
    /// destination, so many.
    public var concurrencyPerHost = 20
    /// Messages to one destination.
    public var rate = DeliveryRate.unlimited
    /// Routes may say otherwise of their destinations.
    public var routes = RouteTable()
    /// Attempts, after which a message is given up.
    public var maxFailures = 13
    public var schedule = RetrySchedule.usual
    /// After so long a message is given up, however often it was tried.
    public var longestAge = Duration.seconds(5 * 86_400)

    public init() {}

    func concurrency(of destination: String) -> Int {
        guard routes.hasLimits else { return concurrencyPerDestination }
        return routes[destination].concurrency ?? concurrencyPerDestination
    }

    func rate(of destination: String) -> DeliveryRate {
        guard routes.hasLimits else { return rate }
        return routes[destination].rate ?? rate
    }

    func concurrencyPerHost(for destination: String) -> Int {
        max(concurrencyPerHost, concurrency(of: destination))
    }
}
