public import DNS
internal import SMTP
internal import TLS
internal import Wire

/// Finds hosts by the route table, and by DNS where that names none: RFC 5321 §5.1.
public struct RouteFinder: HostFinder {
    /// Of a destination's mail hosts so many are tried at most: a zone may name thousands.
    private static let mostHosts = 12

    private let resolver: Resolver
    private let policies: PolicyKeeper?
    private let tally: TLSTally?
    private let settings: @Sendable () -> RoutingSettings

    /// - Parameters:
    ///   - resolver: knows the hosts of domains.
    ///   - policies: of MTA-STS; without, nobody is asked for one.
    ///   - tally: told what TLS with each host comes to.
    ///   - settings: asked for each destination.
    public init(
        resolver: Resolver,
        policies: PolicyKeeper? = nil,
        tally: TLSTally? = nil,
        settings: @escaping @Sendable () -> RoutingSettings
    ) {
        (self.resolver, self.policies, self.tally, self.settings) = (resolver, policies, tally, settings)
    }

    public func hops(for destination: String) async throws(Unreachable) -> [Hop] {
        try await hops(by: settings().table[destination], for: destination)
    }

    /// The hosts of a route, whatever the table says.
    public func hops(by route: Route, for destination: String) async throws(Unreachable) -> [Hop] {
        let settings = settings()
        switch route.place {
        case .unix(let path): return [hop(path, .unix(path: path), route, settings)]
        case .host(let host, let port): return [try await hop(to: host, port, route, settings)]
        case .mailHosts(let port):
            if destination.hasPrefix("[") { return [try literal(destination, port, route, settings)] }
            return try await mailHops(destination, port, route, settings)
        }
    }

    private func hop(_ name: String, _ target: OutcallTarget, _ route: Route, _ settings: RoutingSettings) -> Hop {
        var hop = Hop(name: name, target, settings.policy(route))
        hop.verification = route.tls == .verified ? .authorities : .none
        hop.beginsWithTLS = route.beginsWithTLS
        hop.connectTimeout = settings.connectTimeout
        return hop
    }

    private func target(_ addresses: [IPAddress], _ port: UInt16, _ route: Route) -> OutcallTarget {
        .race(
            OutcallRace(
                addresses.map { OutcallAddress($0, port: port) },
                sources: route.sources.compactMap { IPAddress($0) }
            )
        )
    }

    /// The host that the administrator has named.
    private func hop(
        to host: String,
        _ port: UInt16,
        _ route: Route,
        _ settings: RoutingSettings
    ) async throws(Unreachable) -> Hop {
        if let address = IPAddress(host) { return hop(host, target([address], port, route), route, settings) }
        guard let name = try? Name(host) else {
            throw Unreachable("\(host) is no host's name", status: EnhancedCode(4, 3, 5))
        }
        switch await resolver.addresses(of: name) {
        case .found(let found):
            return hop(name.text, target(found.addresses.compactMap(IPAddress.init), port, route), route, settings)
        // What the administrator wrote may be mended: nothing comes back for it.
        case .none: throw Unreachable("\(host) has no address", status: EnhancedCode(4, 4, 4))
        case .unknown(let reason): throw Unreachable("\(host): \(reason)", status: EnhancedCode(4, 4, 3))
        }
    }

    /// RFC 5321 §4.1.3.
    private func literal(
        _ text: String,
        _ port: UInt16,
        _ route: Route,
        _ settings: RoutingSettings
    ) throws(Unreachable) -> Hop {
        let inner = text.dropFirst().dropLast()
        let isTagged = inner.lowercased().hasPrefix("ipv6:")
        guard let address = IPAddress(String(isTagged ? inner.dropFirst(5) : inner)) else {
            throw Unreachable("\(text) is no address", isPermanent: true, status: EnhancedCode(5, 1, 2))
        }
        return hop("\(address)", target([address], port, route), route, settings)
    }

    private func mailHops(
        _ destination: String,
        _ port: UInt16,
        _ route: Route,
        _ settings: RoutingSettings
    ) async throws(Unreachable) -> [Hop] {
        guard let domain = try? Name(destination) else {
            throw Unreachable("\(destination) is no domain", isPermanent: true, status: EnhancedCode(5, 1, 2))
        }
        switch await resolver.mailHosts(of: domain) {
        case .noMail:
            // RFC 7505 §4.1.
            let reason = "\(destination) takes no mail (null MX)"
            throw Unreachable(reason, isPermanent: true, status: EnhancedCode(5, 1, 10))
        case .noSuchDomain:
            let reason = "there is no domain \(destination)"
            throw Unreachable(reason, isPermanent: true, status: EnhancedCode(5, 1, 2))
        case .unknown(let reason):
            throw Unreachable("the MX of \(destination): \(reason)", status: EnhancedCode(4, 4, 3))
        case .hosts(let hosts, let isSecure, _):
            let ours = try? Name(settings.hostname)
            // RFC 5321 §5.1: a host that finds itself goes on to none that is preferred less or as much.
            let own = hosts.first { $0.name == ours }?.preference
            let others = own.map { own in hosts.filter { $0.preference < own } } ?? hosts
            guard !others.isEmpty else {
                let reason = "mail for \(destination) comes back to this server, which doesn't take it"
                throw Unreachable(reason, isPermanent: true, status: EnhancedCode(5, 4, 6))
            }
            return try await hops(to: others, isSecure: isSecure, domain, port, route, settings)
        }
    }

    private func hops(
        to hosts: [MailHost],
        isSecure: Bool,
        _ domain: Name,
        _ port: UInt16,
        _ route: Route,
        _ settings: RoutingSettings
    ) async throws(Unreachable) -> [Hop] {
        var hops: [Hop] = []
        var faults: [String] = []
        var isPermanent = true
        // A route without TLS, or with TLS of another kind, is the administrator's word.
        let usesPolicies = settings.usesPolicies && settings.policy(route).tls != .off && !route.beginsWithTLS
        let policy = usesPolicies ? await policies?.policy(of: domain) : nil
        for host in hosts.prefix(Self.mostHosts) {
            switch await resolver.addresses(of: host.name) {
            case .none: faults.append("\(host.name.text) has no address")
            case .unknown(let reason):
                isPermanent = false
                faults.append("\(host.name.text): \(reason)")
            case .found(let found):
                let addresses = found.addresses.compactMap(IPAddress.init)
                var next = hop(host.name.text, target(addresses, port, route), route, settings)
                if isSecure, found.isSecure, let fault = await demandKeys(host, found, domain, port, &next) {
                    isPermanent = false
                    faults.append("\(host.name.text): \(fault)")
                } else {
                    if next.tlsPolicy == nil { demand(policy, host, domain, &next) }
                    hops.append(next)
                }
            }
        }
        guard hops.isEmpty else { return hops }
        throw Unreachable(
            faults.joined(separator: "; "),
            isPermanent: isPermanent,
            status: isPermanent ? EnhancedCode(5, 4, 4) : EnhancedCode(4, 4, 3)
        )
    }

    /// Has a host prove itself by DANE where its zone says how; why it is passed over for now: RFC 7672 §2.2.
    private func demandKeys(
        _ host: MailHost,
        _ found: HostAddresses.Found,
        _ domain: Name,
        _ port: UInt16,
        _ hop: inout Hop
    ) async -> String? {
        guard hop.policy.tls != .off, !hop.beginsWithTLS else { return nil }
        var names = [found.canonicalName]
        if host.name != found.canonicalName { names.append(host.name) }
        for name in names {
            switch await resolver.keys(of: name, port: port) {
            case .none: continue
            case .unknown(let reason):
                note(.bogusDNS, of: host, TLSRule(.tlsa, of: domain.text), reason)
                return "its TLSA records can't be had: \(reason)"
            case .secure(let keys, _):
                let records = keys.map {
                    TLSARecord(usage: $0.usage, selector: $0.selector, matching: $0.matching, data: $0.data)
                }
                let others = [host.name.text, domain.text].filter { $0 != name.text }
                hop.policy.tls = .required
                // RFC 7672 §2.2: TLS all the same; by what, the domain's other policy may say.
                guard records.contains(where: \.isUsable) else {
                    let rule = TLSRule(.tlsa, of: domain.text, lines: keys.map(\.line))
                    note(.badTLSA, of: host, rule, "no record can be used")
                    return nil
                }
                hop.verification = .dane(TLSADemand(records, otherNames: others))
                hop.name = name.text
                // RFC 8461 §2: no other policy stands beside it.
                let rule = TLSRule(.tlsa, of: domain.text, lines: keys.map(\.line))
                hop.tlsPolicy = HopPolicy(rule: rule, isEnforced: true, tally: tally)
                return nil
            }
        }
        return nil
    }
}

extension RouteFinder {
    /// Has a host prove itself as the domain's policy of MTA-STS says: RFC 8461 §5.
    private func demand(_ policy: STSPolicy?, _ host: MailHost, _ domain: Name, _ hop: inout Hop) {
        guard hop.policy.tls != .off, !hop.beginsWithTLS else { return }
        guard let policy else {
            hop.tlsPolicy = HopPolicy(rule: TLSRule(.none, of: domain.text), isEnforced: false, tally: tally)
            return
        }
        let isEnforced = policy.mode == .enforce
        hop.tlsPolicy = HopPolicy(rule: TLSRule(policy, of: domain.text), isEnforced: isEnforced, tally: tally)
        if isEnforced {
            hop.policy.tls = .required
            hop.verification = .authorities
        }
        guard !policy.names(host.name.text) else { return }
        let reason = "the MTA-STS policy of \(domain.text) doesn't name this host"
        note(.general, of: host, TLSRule(policy, of: domain.text), reason)
        // Counted already.
        if isEnforced { hop.refusal = reason } else { hop.tlsPolicy = nil }
    }

    /// A session that isn't even begun.
    private func note(_ result: TLSFailure.Result, of host: MailHost, _ rule: TLSRule, _ reason: String) {
        var failure = TLSFailure(result)
        (failure.host, failure.reason) = (host.name.text, reason)
        tally?.note(failure, under: rule)
    }
}

extension HostKey {
    /// As a zone has it.
    fileprivate var line: String {
        let digits = data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "\(usage) \(selector) \(matching) \(digits)"
    }
}

extension IPAddress {
    init?(_ address: HostAddress) { self.init("\(address)") }
}
