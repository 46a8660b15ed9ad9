import Foundation
import SMTP
import Support
import TLS
import Testing
import Wire

@testable import DNS
@testable import Outbound

/// Hosts whose zones say by which keys they are known: RFC 7672.
@Suite(.timeLimit(.minutes(15)), .enabled(if: SignedZone.isInstalled, "Debian's ldnsutils is not installed"))
struct DANETests {
    private static let other = String(repeating: "ab", count: 32)
    private static let bent = String(repeating: "cd", count: 32)

    /// A resolver for a zone that is signed, but for a key that somebody has changed, and for one that isn't signed.
    private static func resolver(_ folder: TemporaryFolder, port: UInt16, key: String = other) throws -> Resolver {
        let tlsa = "_\(port)._tcp"
        let signed = try SignedZone(
            "signed.example",
            [
                "@ IN MX 10 mx", "mx IN A 127.0.0.1", "\(tlsa).mx IN TLSA 3 1 1 \(key)",
                "\(tlsa).mx IN TLSA 2 0 1 \(other)",
                "open IN MX 10 ns", "implicit IN A 127.0.0.1", "\(tlsa).implicit IN TLSA 3 1 1 \(key)",
                "alias IN MX 10 cname", "cname IN CNAME mx",
                "bogus IN MX 10 bent", "bent IN A 127.0.0.1", "\(tlsa).bent IN TLSA 3 1 1 \(bent)",
                "both IN MX 10 bent", "both IN MX 20 mx",
                "away IN MX 10 mx.plain.example.",
            ],
            in: folder
        ) { $0.replacingOccurrences(of: bent, with: String(repeating: "ce", count: 32)) }
        try folder.write(
            """
            $ORIGIN plain.example.
            $TTL 3600
            @ IN SOA ns root 1 3600 600 86400 300
            @ IN NS ns
            @ IN MX 10 mx
            mx IN A 127.0.0.1
            _\(port)._tcp.mx IN TLSA 3 1 1 \(other)

            """,
            to: "plain"
        )
        var settings = ResolverSettings()
        settings.upstream = .nobody
        settings.trustAnchors = .records([signed.anchor])
        settings.insecureDomains = ["plain.example"]
        settings.zoneFiles = [
            ZoneFile(name: signed.name, path: signed.path),
            ZoneFile(name: "plain.example", path: folder.path + "/plain"),
        ]
        return try Resolver(settings)
    }

    private static func finder(
        _ resolver: Resolver,
        port: UInt16,
        _ change: (inout Route) -> Void = { _ in }
    )
        -> RouteFinder
    {
        var route = Route()
        route.place = .mailHosts(port: port)
        change(&route)
        var settings = RoutingSettings(hostname: "client.example")
        settings.table = RouteTable(["*": route])
        let made = settings
        return RouteFinder(resolver: resolver) { made }
    }

    /// The destination, the host's name, and the names that its certificate may be for; nil for no demand.
    struct Row: CustomTestStringConvertible, Sendable {
        let destination: String
        let host: String
        let others: [String]?
        var testDescription: String { destination }
    }

    @Test(
        "Keys that are proved are demanded, others are nothing",
        arguments: [
            Row(destination: "signed.example", host: "mx.signed.example", others: ["signed.example"]),
            Row(destination: "implicit.signed.example", host: "implicit.signed.example", others: []),
            Row(
                destination: "alias.signed.example",
                host: "mx.signed.example",
                others: ["cname.signed.example", "alias.signed.example"]
            ),
            // Its zone proves that it has none.
            Row(destination: "open.signed.example", host: "ns.signed.example", others: nil),
            Row(destination: "plain.example", host: "mx.plain.example", others: nil),
            Row(destination: "away.signed.example", host: "mx.plain.example", others: nil),
            // The first of two hosts is passed over.
            Row(destination: "both.signed.example", host: "mx.signed.example", others: ["both.signed.example"]),
        ]
    )
    func demand(_ row: Row) async throws {
        let folder = try TemporaryFolder()
        let finder = Self.finder(try Self.resolver(folder, port: 25), port: 25)
        let hops = try await finder.hops(for: row.destination)
        #expect(hops.map(\.name) == [row.host])
        let hop = try #require(hops.first)
        switch (hop.verification, row.others) {
        case (.none, nil): #expect(hop.policy.tls == .opportunistic)
        case (.dane(let demand), let others?):
            #expect(hop.policy.tls == .required)
            #expect(demand.otherNames == others)
            let data = Array(repeating: UInt8(0xAB), count: 32)
            let key = TLSARecord(usage: 3, selector: 1, matching: 1, data: data)
            let authority = TLSARecord(usage: 2, selector: 0, matching: 1, data: data)
            #expect(Set(demand.records) == (row.host.hasPrefix("mx.") ? [key, authority] : [key]))
        default: Issue.record("\(hop.verification)")
        }
    }

    @Test func `A host whose keys were tampered with gets nothing for now`() async throws {
        let folder = try TemporaryFolder()
        let finder = Self.finder(try Self.resolver(folder, port: 25), port: 25)
        let error = await #expect(throws: Unreachable.self) { try await finder.hops(for: "bogus.signed.example") }
        #expect(error?.isPermanent == false && error?.status == EnhancedCode(4, 4, 3))
        let reason = error?.reason ?? ""
        #expect(reason.hasPrefix("bent.signed.example: its TLSA records can't be had: "))
        #expect(reason.contains("DNSSEC validation failed"))
    }

    @Test func `Where TLS is switched off for a route, no keys are asked for`() async throws {
        let folder = try TemporaryFolder()
        let finder = Self.finder(try Self.resolver(folder, port: 25), port: 25) { $0.tls = .off }
        #expect(try await finder.hops(for: "signed.example").map(\.policy.tls) == [.off])
    }

    enum Host: String, CaseIterable { case matches, differs, noTLS }

    @Test("A message goes to the host that its zone names, and in the clear to none", arguments: Host.allCases)
    func carried(_ host: Host) async throws {
        let folder = try TemporaryFolder()
        let street = try Street("127.0.0.1:0", host == .noTLS ? .off : .offered)
        let key = Program.shell(
            "openssl x509 -in one.pem -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -r",
            in: Certificates.folder
        ).text.prefix(64)
        let resolver = try Self.resolver(folder, port: street.port, key: host == .differs ? Self.other : String(key))
        let carrier = HostCarrier(
            finder: Self.finder(resolver, port: street.port),
            circuit: Circuit(dialer: street.listeners.dialer, cryptography: TestCryptography())
        )
        let desk = FakeDesk([try FakeDesk.lease(), try FakeDesk.lease()])
        await carrier.carry(to: "implicit.signed.example", desk)
        let settled = await desk.settled
        if host == .matches {
            #expect(settled.count == 2)
            #expect(settled.joined().allSatisfy { $0.outcome.setback == nil })
            #expect(street.log.allMessages.count == 2)
            return
        }
        let outcome = ClientSession.Outcome.deferred(host == .noTLS ? .tlsMissing : .tlsFailed)
        #expect(settled.map { $0.map(\.outcome) } == [[outcome], [outcome]])
        #expect(settled.joined().allSatisfy { $0.reason.contains("the TLSA records of the host ask for TLS") })
        #expect(await desk.reasons.count == 1)
        #expect(street.log.allMessages.isEmpty && street.log.allEvents.isEmpty)
        // Called once: nobody has tried in the clear.
        #expect(street.log.allCallers.count == 1)
    }
}
