import Backend
package import PluginKit

extension Route {
    /// The hosts as the server's own client is told of them.
    package var hops: [NextHop] {
        places.map { place in
            var hop: NextHop
            switch place {
            case .path(let path): hop = NextHop(path, isLMTP: isLMTP)
            case .host(let remote):
                hop = NextHop(remote.host, port: remote.port, isLMTP: isLMTP)
                hop.beginsWithTLS = remote.isImplicitTLS && security != .off && !isLMTP
            }
            hop.tls =
                switch security {
                case .off: .off
                case .offered: .opportunistic
                case .required: .required
                case .verified: .verified
                }
            hop.user = login?.user
            hop.password = login?.password
            hop.mechanism = login?.mechanism
            return hop
        }
    }

    /// The one that was reached works, those that were tried before it don't; nil: none was.
    func settle(_ reached: String?, in pool: HostPool) {
        let remotes = places.compactMap { place -> Remote? in
            if case .host(let remote) = place { remote } else { nil }
        }
        guard let reached else {
            for remote in remotes { pool.failed(remote) }
            return
        }
        // The name alone doesn't tell two ports of one host apart.
        let found = remotes.indices.filter { remotes[$0].host == reached }
        guard found.count == 1, let place = found.first else { return }
        pool.worked(remotes[place])
        for remote in remotes[..<place] { pool.failed(remote) }
    }
}

extension Call where Kind == HookKind.Delivery {
    /// In `get_mx`: the route's hosts, in order.
    package func add(_ route: Route) throws(HostError) {
        for hop in route.hops { try addNextHop(hop) }
    }
}

extension Host {
    /// Throws what `init` is to throw when the operator hasn't granted the capability `queue`.
    package func requireOutbound() throws(HostError) { _ = try outbound }
}
