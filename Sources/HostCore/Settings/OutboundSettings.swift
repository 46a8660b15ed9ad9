internal import Config
internal import Outbound
internal import SMTP

/// What the administrator decided about delivery: `outbound.ini` and `outbound.routes.ini`.
struct OutboundSettings: Sendable, Equatable {
    var runner = RunnerSettings()
    let connectTimeout: Duration
    let usesTLS: Bool
    let routes: RouteTable

    init(_ outbound: Settings, routes table: Settings) {
        runner.isDisabled = outbound.bool("disabled")
        runner.concurrency = outbound.int("concurrency_max")
        runner.concurrencyPerDestination = outbound.int("concurrency_per_destination")
        runner.maxFailures = outbound.int("maxTempFailures")
        runner.schedule = outbound.custom("temp_fail_intervals") ?? .usual
        runner.longestAge = outbound.duration("max_age")
        connectTimeout = outbound.duration("connect_timeout")
        usesTLS = outbound.bool("enable_tls")
        var routes: [String: Route] = [:]
        for section in table.openSections { routes[section == "any" ? "*" : section.lowercased()] = Self.route(section, table) }
        self.routes = RouteTable(routes)
    }

    private static func route(_ section: String, _ table: Settings) -> Route {
        func text(_ key: String) -> String? {
            let text = table.text("\(section).\(key)")
            return text.isEmpty ? nil : text
        }
        var route = Route()
        route.isLMTP = table.bool("\(section).lmtp")
        if let path = text("path") {
            route.place = .unix(path)
        } else if let host = text("host") {
            let port = table.has("\(section).port") ? table.int("\(section).port") : route.isLMTP ? 24 : 25
            route.place = .host(host, port: port)
        }
        route.tls =
            switch text("tls") {
            case "off": .off
            case "required": .required
            case "verified": .verified
            default: .opportunistic
            }
        route.beginsWithTLS = table.bool("\(section).implicit_tls")
        if let user = text("user"), let password = text("password") {
            route.credentials = ClientCredentials(user: user, secret: .password(password))
        }
        route.name = text("helo")
        route.sources = table.list("\(section).source")
        return route
    }
}
