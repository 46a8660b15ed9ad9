internal import Outbound
internal import PluginHost
internal import SMTP
internal import Wire

extension Waypoint {
    /// What a plugin means by a next hop; nil when an address or a mechanism in it is none.
    init?(_ hop: NextHop) {
        if hop.isOwnQueue { return nil }
        var route = Route()
        let usual: UInt16 = hop.isLMTP ? 24 : hop.beginsWithTLS ? 465 : 25
        let port = hop.port ?? usual
        route.place =
            hop.isPath
            ? .unix(hop.host) : hop.usesMailHosts ? .mailHosts(port: port) : .host(hop.host, port: port)
        route.isLMTP = hop.isLMTP
        route.beginsWithTLS = hop.beginsWithTLS
        route.tls =
            switch hop.tls {
            case .opportunistic: .opportunistic
            case .off: .off
            case .required: .required
            case .verified: .verified
            }
        guard hop.sources.allSatisfy({ IPAddress($0) != nil }) else { return nil }
        route.sources = hop.sources
        route.name = hop.hello
        if let user = hop.user, let password = hop.password {
            var credentials = ClientCredentials(user: user, secret: .password(password))
            if let name = hop.mechanism {
                guard let mechanism = SASLMechanism(Array(name.utf8).span) else { return nil }
                credentials.mechanisms = [mechanism]
            }
            route.credentials = credentials
            route.authInClear = hop.isPath || hop.tls == .off
        }
        self.init(route, domain: hop.usesMailHosts ? hop.host : nil)
    }
}
