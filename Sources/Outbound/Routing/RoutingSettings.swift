internal import SMTP

/// What routing has to know of the administrator's mind.
public struct RoutingSettings: Sendable, Equatable {
    public var table = RouteTable()
    /// What we call ourselves.
    public var hostname: String
    public var connectTimeout = Duration.seconds(30)
    /// STARTTLS is used where it is offered.
    public var usesTLS = true
    /// Policies of MTA-STS are looked for and kept to.
    public var usesPolicies = true

    public init(hostname: String) { self.hostname = hostname }

    /// How a host of a route is spoken to.
    func policy(_ route: Route) -> ClientPolicy {
        var policy = ClientPolicy(name: route.name ?? hostname)
        policy.isLMTP = route.isLMTP
        policy.credentials = route.credentials
        policy.authInClear = route.authInClear
        policy.prefersChunking = route.prefersChunking
        policy.tls =
            switch route.tls {
            case .off: .off
            case .opportunistic: usesTLS ? .opportunistic : .off
            case .required, .verified: .required
            }
        return policy
    }
}
