import Foundation
import Support
import Testing

@testable import DNS

/// DNSSEC against zones that ldns signed, once out of files and once from a real server.
@Suite(
    .enabled(if: SignedZone.isInstalled, "Debian's ldnsutils is not installed"),
    .enabled(if: NameServer.isInstalled, "Debian's unbound is not installed")
)
struct ValidationTests {
    /// Zones in a folder, and settings that know their keys.
    struct World {
        let folder: TemporaryFolder
        var settings = ResolverSettings()
        var files: [String: String] = [:]

        init() throws {
            folder = try TemporaryFolder()
            let lines = [
                "@ IN MX 10 mx", "mx IN A 192.0.2.1", "mx IN AAAA 2001:db8::1", "alias IN CNAME mx",
                "bent IN A 192.0.2.2", "_25._tcp.mx IN TLSA 3 1 1 " + String(repeating: "ab", count: 32),
                "_25._tcp.bent IN TLSA 3 1 1 " + String(repeating: "cd", count: 32),
            ]
            let good = try SignedZone("signed.example", lines, in: folder) { text in
                text.replacingOccurrences(of: "192.0.2.2", with: "192.0.2.3")
                    .replacingOccurrences(
                        of: String(repeating: "cd", count: 32),
                        with: String(repeating: "ce", count: 32)
                    )
            }
            let old = try SignedZone(
                "expired.example",
                lines,
                ["-i", "20200101000000", "-e", "20200201000000"],
                in: folder
            )
            try folder.write(
                """
                $ORIGIN plain.example.
                $TTL 3600
                @ IN SOA ns root 1 3600 600 86400 300
                @ IN NS ns
                @ IN MX 10 mx
                mx IN A 192.0.2.9
                _25._tcp.mx IN TLSA 3 1 1 \(String(repeating: "ab", count: 32))

                """,
                to: "plain"
            )
            files = [good.name: good.path, old.name: old.path, "plain.example": folder.path + "/plain"]
            settings.trustAnchors = .records([good.anchor, old.anchor])
            settings.insecureDomains = ["plain.example"]
        }

        /// Answered by a server, over the loopback.
        func served() throws -> (NameServer, ResolverSettings) {
            let server = try NameServer(files, extra: "local-zone: \"refused.example\" refuse", in: folder)
            var settings = settings
            settings.upstream = .forwarders([server.address])
            return (server, settings)
        }

        /// Answered out of the files, without a packet.
        var filed: ResolverSettings {
            var settings = settings
            settings.upstream = .nobody
            settings.zoneFiles = files.map { ZoneFile(name: $0.key, path: $0.value) }
            return settings
        }
    }

    enum Expected { case secure, insecure, bogus }

    static let rows: [(String, RecordType, Expected, Answer.Outcome?)] = [
        ("mx.signed.example", .a, .secure, .found),
        ("signed.example", .mx, .secure, .found),
        ("alias.signed.example", .aaaa, .secure, .found),
        ("mx.signed.example", .txt, .secure, .noData),
        ("nothing.signed.example", .a, .secure, .noSuchName),
        ("_25._tcp.mx.signed.example", .tlsa, .secure, .found),
        ("mx.plain.example", .a, .insecure, .found),
        ("mx.plain.example", .aaaa, .insecure, .noData),
        ("bent.signed.example", .a, .bogus, nil),
        ("mx.expired.example", .a, .bogus, nil),
    ]

    func check(_ resolver: Resolver) async throws {
        for (text, type, expected, outcome) in Self.rows {
            let answer = await resolver.answer(to: Question(try Name(text), type))
            if let outcome { #expect(answer.outcome == outcome, "\(answer)") }
            #expect(answer.isSecure == (expected == .secure), "\(answer)")
            if case .bogus(let reason) = answer.outcome {
                #expect(expected == .bogus && !reason.isEmpty && answer.records.isEmpty, "\(answer)")
            } else {
                #expect(expected != .bogus, "\(answer)")
            }
        }
        try await checkMail(resolver)
    }

    func checkMail(_ resolver: Resolver) async throws {
        guard case .hosts(_, true, _) = await resolver.mailHosts(of: try Name("signed.example")),
            case .hosts(_, false, _) = await resolver.mailHosts(of: try Name("plain.example")),
            case .unknown = await resolver.mailHosts(of: try Name("expired.example"))
        else {
            Issue.record("mail hosts")
            return
        }
        guard case .found(let found) = await resolver.addresses(of: try Name("alias.signed.example")) else {
            Issue.record("addresses")
            return
        }
        #expect(found.isSecure && found.canonicalName.text == "mx.signed.example")
        #expect(found.addresses.map(\.description) == ["2001:db8::1", "192.0.2.1"])
        guard case .secure(let records, _) = await resolver.keys(of: try Name("mx.signed.example")) else {
            Issue.record("keys")
            return
        }
        #expect(records.map(\.data) == [Array(repeating: 0xAB, count: 32)])
        // Signed proof that there are none; unsigned records; records that were tampered with.
        #expect(await resolver.keys(of: try Name("ns.signed.example")) == .none)
        #expect(await resolver.keys(of: try Name("mx.plain.example")) == .none)
        guard case .unknown(let reason) = await resolver.keys(of: try Name("bent.signed.example")) else {
            Issue.record("bogus keys")
            return
        }
        #expect(reason.contains("DNSSEC validation failed"))
    }

    @Test func `a server's answers are secure, insecure, bogus or a fault`() async throws {
        let world = try World()
        let (server, settings) = try world.served()
        let resolver = try Resolver(settings)
        try await check(resolver)
        let lost = await resolver.answer(to: Question(try Name("elsewhere.example"), .a))
        #expect(lost.outcome == .failed(reason: "SERVFAIL"))
        let refused = await resolver.answer(to: Question(try Name("mx.refused.example"), .a))
        #expect(refused.outcome == .failed(reason: "SERVFAIL"))
        resolver.stop()
        withExtendedLifetime(server) {}
    }

    @Test func `zone files are validated as a server's answers are`() async throws {
        let world = try World()
        let resolver = try Resolver(world.filed)
        try await check(resolver)
        #expect(await resolver.answer(to: Question(try Name("elsewhere.example"), .a)).outcome == .noSuchName)
    }

    @Test func `without anchors nothing is secure and nothing bogus`() async throws {
        let world = try World()
        var settings = world.filed
        settings.trustAnchors = .none
        let resolver = try Resolver(settings)
        for text in ["mx.signed.example", "bent.signed.example", "mx.expired.example"] {
            let answer = await resolver.answer(to: Question(try Name(text), .a))
            #expect(answer.outcome == .found && !answer.isSecure, "\(answer)")
        }
    }

    @Test func `a thousand names asked of a server at once all come`() async throws {
        let world = try World()
        let lines = (0..<1000).map { "h\($0) IN A 192.0.2.1" }
        let zone = try SignedZone("many.example", lines, in: world.folder)
        let server = try NameServer([zone.name: zone.path], in: world.folder)
        var settings = ResolverSettings()
        settings.upstream = .forwarders([server.address])
        settings.trustAnchors = .records([zone.anchor])
        let resolver = try Resolver(settings)
        let questions = try (0..<1000).map { Question(try Name("h\($0).many.example"), .a) }
        let answers = await withCheckedContinuation { continuation in
            resolver.look(up: questions) { continuation.resume(returning: $0) }
        }
        #expect(answers.map(\.question) == questions)
        #expect(answers.allSatisfy { $0.outcome == .found && $0.isSecure })
        resolver.stop()
        withExtendedLifetime(server) {}
    }
}
