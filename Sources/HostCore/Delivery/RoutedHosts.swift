internal import Outbound
internal import SMTP
internal import System
internal import Wire

/// Finds hosts by the route table, and by DNS where that names none.
struct RoutedHosts: HostFinder {
    private let settings: @Sendable () -> (outbound: OutboundSettings, hostname: String)

    init(settings: @escaping @Sendable () -> (outbound: OutboundSettings, hostname: String)) {
        self.settings = settings
    }

    func hops(for destination: String) async throws(Unreachable) -> [Hop] {
        let (outbound, hostname) = settings()
        let route = outbound.routes[destination]
        switch route.place {
        case .unix(let path): return [hop(path, .unix(path: path), route, outbound, hostname)]
        case .host(let host, let port): return [hop(host, .tcp(host: host, port: UInt16(clamping: port)), route, outbound, hostname)]
        case .mailHosts:
            throw Unreachable("there is no route to \(destination)", status: EnhancedCode(4, 4, 4))
        }
    }

    private func hop(
        _ name: String,
        _ target: OutcallTarget,
        _ route: Route,
        _ outbound: OutboundSettings,
        _ hostname: String
    ) -> Hop {
        var policy = ClientPolicy(name: route.name ?? hostname)
        policy.isLMTP = route.isLMTP
        policy.credentials = route.credentials
        policy.tls =
            switch route.tls {
            case .off: .off
            case .opportunistic: outbound.usesTLS ? .opportunistic : .off
            case .required, .verified: .required
            }
        var hop = Hop(name: name, target, policy)
        hop.verification = route.tls == .verified ? .authorities : .none
        hop.beginsWithTLS = route.beginsWithTLS
        hop.connectTimeout = outbound.connectTimeout
        return hop
    }
}
