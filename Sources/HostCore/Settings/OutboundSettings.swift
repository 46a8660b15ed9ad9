internal import Config
internal import DNS
internal import Outbound
internal import SMTP
internal import System
internal import TLS

/// What the administrator decided about delivery: `outbound.ini` and `outbound.routes.ini`.
struct OutboundSettings: Sendable, Equatable {
    var runner = RunnerSettings()
    var routing: RoutingSettings
    let resolver: ResolverSettings
    /// Whose signature counts for hosts that have to be proved; empty: the system's authorities.
    var authorities = ""
    /// Where policies of MTA-STS are fetched.
    var policyPort: UInt16 = 443
    var reports = TLSReportSettings()
    /// How long mail waits before its sender is told; nil: nobody is.
    let delayNotice: Duration?
    /// A message with more bytes comes back as its header.
    let returnedBytes: Int
    /// How long deleted mail can be had back.
    let deletedKeep: Duration
    /// The sections of `outbound.routes.ini`.
    let routeSections: [String]
    /// What `dns.ini` says, by key.
    let resolverKeys: [String: String]
    /// Where values stand that name files and hosts outside of the directory, by key.
    let origins: [String: Origin]

    init(_ outbound: Settings, routes table: Settings, dns: Settings, hostname: String) {
        routing = RoutingSettings(hostname: hostname)
        resolver = Self.resolver(dns)
        resolverKeys = [
            "forwarders": dns.list("forwarders").joined(separator: ","), "recursive": "\(dns.bool("recursive"))",
            "validate": "\(dns.bool("validate"))", "trust_anchors": dns.text("trust_anchors"),
            "insecure_domains": dns.list("insecure_domains").joined(separator: ","),
        ]
        var origins = Dictionary(
            uniqueKeysWithValues: resolverKeys.keys.compactMap { key in dns.origin(key).map { (key, $0) } }
        )
        origins["tls_authorities"] = outbound.origin("tls_authorities")
        self.origins = origins
        delayNotice = (outbound.custom("delay_notice") ?? DelayNotice.usual).after
        returnedBytes = outbound.int("bounce_size_limit")
        deletedKeep = outbound.duration("deleted_keep")
        runner.isDisabled = outbound.bool("disabled")
        runner.concurrency = outbound.int("concurrency_max")
        runner.concurrencyPerDestination = outbound.int("concurrency_per_destination")
        runner.concurrencyPerHost = outbound.int("concurrency_per_host")
        runner.rate = outbound.custom("rate") ?? .unlimited
        runner.maxFailures = outbound.int("maxTempFailures")
        runner.schedule = outbound.custom("temp_fail_intervals") ?? .usual
        runner.longestAge = outbound.duration("max_age")
        routing.connectTimeout = outbound.duration("connect_timeout")
        routing.usesTLS = outbound.bool("enable_tls")
        routeSections = table.openSections
        var routes: [String: Route] = [:]
        for section in table.openSections {
            routes[section == "any" ? "*" : section.lowercased()] = Self.route(section, table)
        }
        routing.table = RouteTable(routes)
        runner.routes = routing.table
        routing.usesPolicies = outbound.bool("mta_sts.enabled")
        policyPort = UInt16(clamping: outbound.int("mta_sts.port"))
        authorities = outbound.text("tls_authorities")
        reports = Self.reports(outbound)
    }

    private static func reports(_ outbound: Settings) -> TLSReportSettings {
        func text(_ key: String) -> String? {
            let text = outbound.text("tls_reports.\(key)")
            return text.isEmpty ? nil : text
        }
        var settings = TLSReportSettings()
        settings.contact = text("contact")
        settings.sender = text("sender")
        settings.organization = text("organization")
        settings.delay = outbound.duration("tls_reports.delay")
        settings.postsAnywhere = outbound.bool("tls_reports.private_hosts")
        return settings
    }

    /// How other hosts are spoken to by TLS.
    var tls: TLSClientSettings {
        var settings = TLSClientSettings()
        if !authorities.isEmpty { settings.trust = .authorities(file: authorities) }
        return settings
    }

    private static func resolver(_ dns: Settings) -> ResolverSettings {
        var settings = ResolverSettings()
        settings.hostsFile = Files.canRead("/etc/hosts") ? "/etc/hosts" : nil
        // A machine without resolvers of its own.
        if !Files.canRead("/etc/resolv.conf") { settings.upstream = .zoneServers }
        let forwarders = dns.list("forwarders")
        if !forwarders.isEmpty { settings.upstream = .forwarders(forwarders) }
        if dns.bool("recursive") { settings.upstream = .zoneServers }
        if !dns.bool("validate") {
            settings.trustAnchors = .none
        } else if !dns.text("trust_anchors").isEmpty {
            settings.trustAnchors = .file(dns.text("trust_anchors"))
        }
        settings.insecureDomains = dns.list("insecure_domains")
        return settings
    }

    private static func route(_ section: String, _ table: Settings) -> Route {
        func text(_ key: String) -> String? {
            let text = table.text("\(section).\(key)")
            return text.isEmpty ? nil : text
        }
        var route = Route()
        route.isLMTP = table.bool("\(section).lmtp")
        let usual = route.isLMTP ? 24 : 25
        let port = UInt16(clamping: table.has("\(section).port") ? table.int("\(section).port") : usual)
        if let path = text("path") {
            route.place = .unix(path)
        } else if let host = text("host") {
            route.place = .host(host, port: port)
        } else {
            route.place = .mailHosts(port: port)
        }
        route.tls =
            switch text("tls") {
            case "off": .off
            case "required": .required
            case "verified": .verified
            default: .opportunistic
            }
        route.beginsWithTLS = table.bool("\(section).implicit_tls")
        route.prefersChunking = table.bool("\(section).chunking")
        // With one of them nothing is sent either: a host that refuses them says so, and mail waits.
        let (user, password) = (text("user"), text("password"))
        if user != nil || password != nil {
            route.credentials = ClientCredentials(user: user ?? "", secret: .password(password ?? ""))
        }
        route.name = text("helo")
        route.sources = table.list("\(section).source")
        if table.has("\(section).concurrency") { route.concurrency = table.int("\(section).concurrency") }
        route.rate = table.custom("\(section).rate")
        return route
    }
}
