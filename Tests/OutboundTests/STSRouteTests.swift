import DNS
import SMTP
import Support
import TLS
import Testing
import Wire

@testable import Outbound

/// Hosts of domains that have policies of MTA-STS: RFC 8461 §5.
@Suite(.timeLimit(.minutes(15))) struct STSRouteTests {
    private let folder: TemporaryFolder
    private let source = FakePolicies()
    private let tally = TLSTally(isOn: { true }, clock: { WallClock.start })

    init() throws { folder = try TemporaryFolder() }

    private func finder(
        _ routes: [String: Route] = [:],
        resolver: Resolver? = nil,
        _ change: (inout RoutingSettings) -> Void = { _ in }
    ) throws -> RouteFinder {
        let zone = [
            "b.example. 300 IN MX 10 mx.b.example.", "b.example. 300 IN MX 20 mx.c.example.",
            "mx.b.example. 300 IN A 127.0.0.1", "mx.c.example. 300 IN A 127.0.0.1",
        ]
        let book = try PolicyBook(path: folder.path + "/tls.db") { _ in }
        let keeper = PolicyKeeper(book: book, source: source, clock: { WallClock.start })
        var settings = RoutingSettings(hostname: "us.example")
        settings.table = RouteTable(routes)
        change(&settings)
        let made = settings
        let resolver = try resolver ?? Resolver(.zone(zone))
        return RouteFinder(resolver: resolver, policies: keeper, tally: tally) { made }
    }

    private static func text(_ hop: Hop) -> String {
        "\(hop.name) \(hop.policy.tls) \(hop.verification) \(hop.tlsPolicy?.rule.kind.rawValue ?? "-")"
            + (hop.refusal == nil ? "" : " refused")
    }

    @Test func `Hosts that a policy names have to be proved, others get nothing`() async throws {
        source.set("b.example", id: "1", mode: "enforce", mx: "*.c.example")
        let hops = try await finder().hops(for: "b.example")
        #expect(
            hops.map(Self.text) == [
                "mx.b.example required authorities sts refused", "mx.c.example required authorities sts",
            ]
        )
        let counts = tally.take()
        #expect(counts.keys.map { $0.failure?.host } == ["mx.b.example"])
        #expect(counts.keys.first?.failure?.result == .general)
    }

    @Test func `A policy that is tested is only counted`() async throws {
        source.set("b.example", id: "1", mode: "testing", mx: "mx.c.example")
        let hops = try await finder().hops(for: "b.example")
        #expect(
            hops.map(Self.text) == ["mx.b.example opportunistic none -", "mx.c.example opportunistic none sts"]
        )
        #expect(tally.take().keys.map { $0.failure?.host } == ["mx.b.example"])
    }

    @Test func `Without a policy all is as ever`() async throws {
        let hops = try await finder().hops(for: "b.example")
        #expect(hops.allSatisfy { $0.policy.tls == .opportunistic && $0.tlsPolicy?.rule.kind == TLSRule.Kind.none })
    }

    @Test func `What the administrator says goes before a policy`() async throws {
        source.set("b.example", id: "1", mode: "enforce", mx: "elsewhere.example")
        var named = Route()
        named.place = .host("127.0.0.1", port: 25)
        #expect(try await finder(["*": named]).hops(for: "b.example").map(\.refusal) == [nil])
        var clear = Route()
        clear.tls = .off
        #expect(try await finder(["*": clear]).hops(for: "b.example").map(\.refusal) == [nil, nil])
        let off = try finder { $0.usesPolicies = false }
        #expect(try await off.hops(for: "b.example").map(\.refusal) == [nil, nil])
        let noTLS = try finder { $0.usesTLS = false }
        #expect(try await noTLS.hops(for: "b.example").map(\.refusal) == [nil, nil])
        #expect(source.state.value.fetches == 0)
    }

    @Test(.enabled(if: SignedZone.isInstalled, "Debian's ldnsutils is not installed"))
    func `A host that is proved by its TLSA records needs no other policy`() async throws {
        let key = String(repeating: "ab", count: 32)
        let signed = try SignedZone(
            "b.example",
            [
                "@ IN MX 10 mx", "@ IN MX 20 odd", "mx IN A 127.0.0.1", "_25._tcp.mx IN TLSA 3 1 1 \(key)",
                "odd IN A 127.0.0.1", "_25._tcp.odd IN TLSA 0 1 1 \(key)",
            ],
            in: folder
        )
        var settings = ResolverSettings()
        settings.upstream = .nobody
        settings.trustAnchors = .records([signed.anchor])
        settings.zoneFiles = [ZoneFile(name: signed.name, path: signed.path)]
        source.set("b.example", id: "1", mode: "enforce", mx: "odd.b.example")
        let finder = try finder(resolver: Resolver(settings))
        let hops = try await finder.hops(for: "b.example")
        #expect(hops.map { $0.tlsPolicy?.rule.kind } == [.tlsa, .sts])
        #expect(hops.map(\.refusal) == [nil, nil])
        #expect(hops.map(\.policy.tls) == [.required, .required])
        #expect(hops.first?.tlsPolicy?.rule.lines == ["3 1 1 \(key)"])
        guard case .dane? = hops.first?.verification, case .authorities? = hops.last?.verification else {
            Issue.record("\(hops)")
            return
        }
        // None of the second host's records can be used.
        #expect(tally.take().keys.map { $0.failure?.result } == [.badTLSA])
    }

    @Test func `Only reports on TLS go to a host that a policy refuses`() async throws {
        let street = try Street("127.0.0.1:0", .offered)
        source.set("b.example", id: "1", mode: "enforce", mx: "elsewhere.example")
        var route = Route()
        route.place = .mailHosts(port: street.port)
        let carrier = HostCarrier(
            finder: try finder(["*": route]),
            circuit: Circuit(dialer: street.listeners.dialer, cryptography: TestCryptography())
        )
        let report = try FakeDesk.lease(notes: TLSReportMail.mark)
        let desk = FakeDesk([try FakeDesk.lease(), report, try FakeDesk.lease(to: 2)])
        await carrier.carry(to: "b.example", desk)
        let settled = await desk.settled
        #expect(settled.map(\.count) == [1, 1, 2])
        #expect(settled.map { $0.allSatisfy { $0.outcome.setback == nil } } == [false, true, false])
        for attempt in settled[0] + settled[2] {
            #expect(attempt.outcome == .deferred(.tlsFailed))
            #expect(attempt.reason.contains("mx.b.example: the MTA-STS policy of b.example doesn't name this host"))
        }
        #expect(await desk.reasons.map(\.status) == [EnhancedCode(4, 7, 5)])
        #expect(street.log.allMessages.count == 1)
        let many = FakeDesk(try (0..<40).map { _ in try FakeDesk.lease() })
        await carrier.carry(to: "b.example", many)
        #expect(await many.settled.count == 16)
        #expect(await many.left == 24)
        #expect(await many.reasons.count == 1)
    }

    @Test(
        "A connection is counted once, as what it was",
        arguments: [
            ("enforce", "one.example", true, nil), ("enforce", "mx.b.example", true, .otherHost),
            ("testing", "mx.b.example", true, .otherHost), ("enforce", "one.example", false, .noSTARTTLS),
            ("testing", "one.example", false, .noSTARTTLS),
        ] as [(String, String, Bool, TLSFailure.Result?)]
    )
    func counted(_ mode: String, _ name: String, _ hasTLS: Bool, _ result: TLSFailure.Result?) async throws {
        let street = try Street("127.0.0.1:0", hasTLS ? .offered : .off)
        let policy = try STSPolicy(Array("version: STSv1\nmode: \(mode)\nmx: \(name)\nmax_age: 1".utf8))
        let isEnforced = policy.mode == .enforce
        let hop = try street.hop { hop in
            hop.name = name
            hop.policy.tls = isEnforced ? .required : .opportunistic
            hop.verification = isEnforced ? .authorities : .none
            hop.tlsPolicy = HopPolicy(rule: TLSRule(policy, of: "b.example"), isEnforced: isEnforced, tally: tally)
        }
        let carrier = HostCarrier(
            finder: FixedFinder(hops: [hop]),
            circuit: Circuit(dialer: street.listeners.dialer, cryptography: TestCryptography())
        )
        let desk = FakeDesk([try FakeDesk.lease(), try FakeDesk.lease()])
        await carrier.carry(to: "b.example", desk)
        let isDelivered = !isEnforced || result == nil
        #expect(await desk.settled.joined().allSatisfy { ($0.outcome.setback == nil) == isDelivered })
        let counts = tally.take()
        #expect(counts.values.map(\.self) == [1])
        let failure = try #require(counts.keys.first).failure
        #expect(failure?.result == result)
        guard let failure else { return }
        #expect((failure.host, failure.remote, failure.local) == (name, "127.0.0.1", "127.0.0.1"))
        if !isDelivered {
            let reason = await desk.settled.joined().first?.reason ?? ""
            #expect(reason.contains("the MTA-STS policy of b.example asks for TLS with a certificate of the host"))
        }
    }
}
