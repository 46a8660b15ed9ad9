import SMTP
import Testing
import Wire

@testable import DNS
@testable import Outbound

/// Which hosts take a destination's mail, as a zone says that nobody else answers.
@Suite(.timeLimit(.minutes(15))) struct RouteFinderTests {
    static let zone = [
        "many.example. 300 IN MX 30 three.many.example.", "many.example. 300 IN MX 10 one.many.example.",
        "many.example. 300 IN MX 20 two.many.example.", "many.example. 300 IN MX 5 none.many.example.",
        "one.many.example. 300 IN A 192.0.2.1", "two.many.example. 300 IN A 192.0.2.2",
        "two.many.example. 300 IN AAAA 2001:db8::2", "three.many.example. 300 IN A 192.0.2.3",
        "none.many.example. 300 IN TXT hi",
        "null.example. 300 IN MX 0 .",
        "plain.example. 300 IN A 192.0.2.4",
        "empty.example. 300 IN TXT hi",
        "lost.example. 300 IN MX 10 nowhere.lost.example.",
        "ours.example. 300 IN MX 10 one.many.example.", "ours.example. 300 IN MX 20 us.example.",
        "ours.example. 300 IN MX 20 two.many.example.", "ours.example. 300 IN MX 30 three.many.example.",
        "us.example. 300 IN A 192.0.2.9",
        "loop.example. 300 IN MX 10 us.example.", "loop.example. 300 IN MX 20 one.many.example.",
        "xn--mnchen-3ya.example. 300 IN MX 10 one.many.example.",
    ]

    private func finder(
        _ routes: [String: Route] = [:],
        _ change: (inout RoutingSettings) -> Void = { _ in }
    ) throws
        -> RouteFinder
    {
        var settings = RoutingSettings(hostname: "us.example")
        settings.table = RouteTable(routes)
        change(&settings)
        let made = settings
        return RouteFinder(resolver: try Resolver(.zone(Self.zone))) { made }
    }

    /// "name address:port address:port".
    static func text(_ hop: Hop) -> String {
        switch hop.target {
        case .unix(let path): return "\(hop.name) \(path)"
        case .tcp(let host, let port): return "\(hop.name) \(host):\(port)"
        case .race(let race): return ([hop.name] + race.addresses.map { "\($0)" }).joined(separator: " ")
        }
    }

    private func route(_ place: Route.Place) -> Route {
        var route = Route()
        route.place = place
        return route
    }

    @Test(
        "A destination's hosts come by preference, each with its addresses",
        arguments: [
            (
                "many.example",
                [
                    "one.many.example 192.0.2.1:25", "two.many.example [2001:db8::2]:25 192.0.2.2:25",
                    "three.many.example 192.0.2.3:25",
                ]
            ),
            ("plain.example", ["plain.example 192.0.2.4:25"]),
            // Only what is preferred to our own name.
            ("ours.example", ["one.many.example 192.0.2.1:25"]),
            ("münchen.example", ["one.many.example 192.0.2.1:25"]),
            ("[192.0.2.7]", ["192.0.2.7 192.0.2.7:25"]),
            ("[IPv6:2001:db8::7]", ["2001:db8::7 [2001:db8::7]:25"]),
        ] as [(String, [String])]
    )
    func found(_ destination: String, _ expected: [String]) async throws {
        let hops = try await finder().hops(for: destination)
        #expect(hops.map(Self.text) == expected)
        for hop in hops {
            #expect(hop.policy.tls == .opportunistic && hop.policy.name == "us.example")
            guard case .none = hop.verification else {
                Issue.record("verified")
                continue
            }
        }
    }

    @Test(
        "A destination without hosts says why, and whether it is for ever",
        arguments: [
            ("null.example", true, EnhancedCode(5, 1, 10), "null.example takes no mail (null MX)"),
            ("nothere.example", true, EnhancedCode(5, 1, 2), "there is no domain nothere.example"),
            ("empty.example", true, EnhancedCode(5, 4, 4), "empty.example has no address"),
            ("lost.example", true, EnhancedCode(5, 4, 4), "nowhere.lost.example has no address"),
            (
                "loop.example", true, EnhancedCode(5, 4, 6),
                "mail for loop.example comes back to this server, which doesn't take it"
            ),
            (
                "us.example", true, EnhancedCode(5, 4, 6),
                "mail for us.example comes back to this server, which doesn't take it"
            ),
            ("[300.1.2.3]", true, EnhancedCode(5, 1, 2), "[300.1.2.3] is no address"),
            ("a..example", true, EnhancedCode(5, 1, 2), "a..example is no domain"),
        ]
    )
    func unreachable(_ destination: String, _ isPermanent: Bool, _ status: EnhancedCode, _ reason: String) async throws
    {
        let finder = try finder()
        let error = await #expect(throws: Unreachable.self) { try await finder.hops(for: destination) }
        #expect(error == Unreachable(reason, isPermanent: isPermanent, status: status))
    }

    @Test func `When DNS doesn't answer nothing is for ever`() async throws {
        let resolver = try Resolver(.zone(Self.zone))
        resolver.stop()
        let host = route(.host("one.many.example", port: 25))
        let finder = RouteFinder(resolver: resolver) {
            var settings = RoutingSettings(hostname: "us.example")
            settings.table = RouteTable(["host.example": host])
            return settings
        }
        for destination in ["many.example", "host.example"] {
            let error = await #expect(throws: Unreachable.self) { try await finder.hops(for: destination) }
            #expect(error?.isPermanent == false && error?.status == EnhancedCode(4, 4, 3))
        }
    }

    @Test(
        "A route names the host",
        arguments: [
            (.host("one.many.example", port: 587), "one.many.example 192.0.2.1:587"),
            (.host("192.0.2.8", port: 24), "192.0.2.8 192.0.2.8:24"),
            (.unix("/run/lmtp"), "/run/lmtp /run/lmtp"),
            (.mailHosts(port: 2525), "plain.example 192.0.2.4:2525"),
        ] as [(Route.Place, String)]
    )
    func routed(_ place: Route.Place, _ expected: String) async throws {
        let hops = try await finder(["plain.example": route(place)]).hops(for: "plain.example")
        #expect(hops.map(Self.text) == [expected])
    }

    @Test(
        "What the administrator wrote wrong may be mended, so that nothing comes back for it",
        arguments: [
            ("nothere.example", EnhancedCode(4, 4, 4)), ("no name", EnhancedCode(4, 3, 5)),
        ]
    )
    func badRoute(_ host: String, _ status: EnhancedCode) async throws {
        let finder = try finder(["*": route(.host(host, port: 25))])
        let error = await #expect(throws: Unreachable.self) { try await finder.hops(for: "any.example") }
        #expect(error?.isPermanent == false && error?.status == status)
    }

    @Test func `A route says how its hosts are spoken to`() async throws {
        var route = route(.host("one.many.example", port: 24))
        route.isLMTP = true
        route.tls = .verified
        route.beginsWithTLS = true
        route.name = "client.example"
        route.credentials = ClientCredentials(user: "alice", secret: .password("pencil"))
        route.sources = ["192.0.2.77", "nonsense"]
        let hop = try #require(try await finder(["*": route]).hops(for: "any.example").first)
        #expect(hop.policy.isLMTP && hop.policy.tls == .required && hop.policy.name == "client.example")
        #expect(hop.policy.credentials?.user == "alice" && hop.beginsWithTLS)
        guard case .authorities = hop.verification, case .race(let race) = hop.target else {
            Issue.record("\(hop)")
            return
        }
        #expect(race.sources == [IPAddress("192.0.2.77")].compactMap(\.self))
        let plain = try await finder { $0.usesTLS = false }.hops(for: "plain.example")
        #expect(plain.map(\.policy.tls) == [.off])
    }
}
