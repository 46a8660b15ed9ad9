internal import Outbound

/// Where a recipient's mail is offered, as far as a command has to know it: by the port that the attempt went to.
struct NextStop: Sendable, Equatable {
    /// Nil for a unix socket.
    let port: UInt16?
    /// The unix socket.
    let path: String?
    let isLMTP: Bool
    let beginsWithTLS: Bool

    init(_ route: Route) {
        (isLMTP, beginsWithTLS) = (route.isLMTP, route.beginsWithTLS)
        switch route.place {
        case .mailHosts(let port), .host(_, let port): (self.port, path) = (port, nil)
        case .unix(let path): (port, self.path) = (nil, path)
        }
    }

    /// The one of several that a host belongs to.
    init?(_ waypoints: [Waypoint], host: String?) {
        let fitting = waypoints.first { waypoint in
            switch waypoint.route.place {
            case .host(let name, _), .unix(let name): name.lowercased() == host?.lowercased()
            case .mailHosts: false
            }
        }
        let others = waypoints.first { waypoint in
            if case .mailHosts = waypoint.route.place { true } else { false }
        }
        guard let waypoint = fitting ?? others ?? waypoints.first else { return nil }
        self.init(waypoint.route)
    }

    /// The arguments of `openssl s_client` that lead there.
    func openssl(_ host: String) -> String {
        let start = beginsWithTLS ? "" : "-starttls \(isLMTP ? "lmtp" : "smtp") "
        if let path { return "\(start)-unix \(SafeText.word(path))" }
        return "\(start)-connect \(SafeText.word(Self.joined(host, port ?? 25)))"
    }

    /// `host:port`, an IPv6 address in brackets.
    static func joined(_ host: String, _ port: UInt16) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
