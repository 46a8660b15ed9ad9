import Support
import System
import Testing

@testable import DNS

@Suite struct ResolverTests {
    static let zone = [
        "example. 300 IN MX 20 b.example.", "example. 300 IN MX 10 A.example.",
        "a.example. 60 IN A 192.0.2.1", "a.example. 60 IN AAAA 2001:db8::1",
        "b.example. 60 IN A 192.0.2.2",
        #"example. 300 IN TXT "v=spf1 " "-all""#,
        "1.2.0.192.in-addr.arpa. 60 IN PTR a.example.", "1.2.0.192.in-addr.arpa. 60 IN PTR forged.example.",
        "forged.example. 60 IN A 203.0.113.9",
        "_25._tcp.a.example. 60 IN TLSA 3 1 1 " + String(repeating: "ab", count: 32),
        "alias.example. 60 IN CNAME next.example.", "next.example. 60 IN CNAME a.example.",
        "lost.example. 60 IN CNAME nowhere.example.", "round.example. 60 IN CNAME round.example.",
        "ring.example. 60 IN CNAME gnir.example.", "gnir.example. 60 IN CNAME ring.example.",
        "null.example. 60 IN MX 0 .",
        "mx.test. 60 IN A 192.0.2.7",
    ]

    static func name(_ text: String) -> Name { Name(canonical: text) }
    static func v4(_ text: String) -> Record { .address(HostAddress(text) ?? .v4(0)) }

    static let rows: [(String, RecordType, Answer.Outcome, [Record], Int, String)] = [
        (
            "example", .mx, .found,
            [
                .mx(MailExchanger(preference: 20, host: name("b.example"))),
                .mx(MailExchanger(preference: 10, host: name("a.example"))),
            ], 300, "example"
        ),
        ("a.example", .a, .found, [v4("192.0.2.1")], 60, "a.example"),
        ("a.example", .aaaa, .found, [v4("2001:db8::1")], 60, "a.example"),
        ("mx.test", .a, .found, [v4("192.0.2.7")], 60, "mx.test"),
        ("example", .txt, .found, [.txt(Array("v=spf1 -all".utf8))], 300, "example"),
        (
            "_25._tcp.a.example", .tlsa, .found,
            [.tlsa(HostKey(usage: 3, selector: 1, matching: 1, data: Array(repeating: 0xAB, count: 32)))], 60,
            "_25._tcp.a.example"
        ),
        ("alias.example", .cname, .found, [.cname(name("next.example"))], 60, "alias.example"),
        ("alias.example", .a, .found, [v4("192.0.2.1")], 60, "a.example"),
        ("lost.example", .a, .noSuchName, [], -1, "nowhere.example"),
        ("b.example", .aaaa, .noData, [], -1, "b.example"),
        ("nothing.example", .a, .noSuchName, [], -1, "nothing.example"),
        ("elsewhere.invalid", .a, .noSuchName, [], -1, "elsewhere.invalid"),
    ]

    @Test func `a zone of the settings answers each type of question`() async throws {
        let resolver = try Resolver(.zone(Self.zone))
        for (text, type, outcome, records, seconds, canonical) in Self.rows {
            let answer = await resolver.answer(to: Question(try Name(text), type))
            #expect(answer.outcome == outcome, "\(answer)")
            #expect(Set(answer.records) == Set(records), "\(answer)")
            #expect(answer.canonicalName.text == canonical)
            #expect(!answer.isSecure && answer.malformed == 0)
            if seconds >= 0 { #expect(answer.timeToLive == .seconds(seconds)) }
            #expect(answer.timeToLive <= .seconds(3600))
        }
    }

    @Test(arguments: ["round.example", "ring.example"])
    func `aliases in a circle end`(text: String) async throws {
        let resolver = try Resolver(.zone(Self.zone))
        #expect(await resolver.answer(to: Question(try Name(text), .a)).records.isEmpty)
    }

    @Test func `mail hosts, addresses, keys and names are found`() async throws {
        let resolver = try Resolver(.zone(Self.zone))
        guard case .hosts(let hosts, false, .seconds(300)) = await resolver.mailHosts(of: Self.name("example")) else {
            Issue.record("no hosts")
            return
        }
        #expect(hosts.map(\.name.text) == ["a.example", "b.example"])
        #expect(await resolver.mailHosts(of: Self.name("null.example")) == .noMail)
        #expect(await resolver.mailHosts(of: Self.name("nothing.example")) == .noSuchDomain)
        guard case .found(let found) = await resolver.addresses(of: Self.name("alias.example"), preferring: .v4) else {
            Issue.record("no addresses")
            return
        }
        #expect(found.addresses.map(\.description) == ["192.0.2.1", "2001:db8::1"])
        #expect(found.canonicalName.text == "a.example")
        #expect(await resolver.addresses(of: Self.name("nothing.example")) == .none)
        // The zone isn't signed, so its TLSA records are worth nothing.
        #expect(await resolver.keys(of: Self.name("a.example")) == .none)
        let address = try #require(HostAddress("192.0.2.1"))
        guard case .found(let all, let confirmed, nil) = await resolver.names(of: address) else {
            Issue.record("no names")
            return
        }
        #expect(Set(all.map(\.text)) == ["a.example", "forged.example"])
        #expect(confirmed.map(\.text) == ["a.example"])
        #expect(await resolver.names(of: .v4(0x0102_0304)) == .none)
    }

    @Test func `a zone that refuses is a fault that may pass`() async throws {
        var settings = ResolverSettings.zone([])
        settings.localZones.append(LocalZone("broken.example", .refused))
        let resolver = try Resolver(settings)
        let answer = await resolver.answer(to: Question(try Name("mx.broken.example"), .a))
        #expect(answer.outcome == .failed(reason: "REFUSED"))
        // Its neighbours are not touched by it, whichever side of it they sort to.
        for text in ["example", "a.example", "c.example", "zz.example", "com", "zone"] {
            #expect(await resolver.answer(to: Question(try Name(text), .a)).outcome == .noSuchName)
        }
        #expect(
            await resolver.mailHosts(of: try Name("broken.example")) == .unknown(reason: "broken.example MX: REFUSED")
        )
    }

    @Test func `a hosts file goes before DNS`() async throws {
        let folder = try TemporaryFolder()
        try folder.write("192.0.2.33 relay.example\n", to: "hosts")
        var settings = ResolverSettings.zone([])
        settings.hostsFile = folder.path + "/hosts"
        let answer = await (try Resolver(settings)).answer(to: Question(try Name("relay.example"), .a))
        #expect(answer.addresses.map(\.description) == ["192.0.2.33"])
    }

    @Test func `five thousand questions at once are each answered once`() async throws {
        let count = 5000
        let lines = (0..<count).map { "h\($0).example. 60 IN A 10.0.\($0 / 256).\($0 % 256)" }
        let resolver = try Resolver(.zone(lines))
        let taken = Locked([Int](repeating: 0, count: count))
        await withCheckedContinuation { continuation in
            let left = Locked(count)
            for number in 0..<count {
                resolver.look(up: Question(Self.name("h\(number).example"), .a)) { answer in
                    let expected = HostAddress.v4(0x0A00_0000 | UInt32(number))
                    if answer.addresses == [expected] { taken.withLock { $0[number] += 1 } }
                    let isLast = left.withLock { left in
                        left -= 1
                        return left == 0
                    }
                    if isLast { continuation.resume() }
                }
            }
        }
        resolver.stop()
        #expect(taken.withLock { $0 } == Array(repeating: 1, count: count))
    }

    @Test func `a question that nobody answers ends in time`() async throws {
        let server = SilentServer()
        var settings = ResolverSettings()
        settings.upstream = .forwarders([server.address])
        settings.trustAnchors = .none
        let resolver = try Resolver(settings)
        let start = ContinuousClock.now
        async let short = resolver.answer(to: Question(Self.name("a.example"), .a), within: .milliseconds(100))
        async let shorter = resolver.answer(to: Question(Self.name("b.example"), .a), within: .milliseconds(50))
        async let none = resolver.answer(to: Question(Self.name("c.example"), .a), within: .zero)
        let outcomes = await [short.outcome, shorter.outcome, none.outcome]
        #expect(outcomes == [.timedOut, .timedOut, .timedOut])
        #expect(start.duration(to: .now) >= .milliseconds(100))
    }

    @Test func `stopping answers what is open, and what is asked later`() throws {
        let server = SilentServer()
        var settings = ResolverSettings()
        settings.upstream = .forwarders([server.address])
        settings.trustAnchors = .none
        let resolver = try Resolver(settings)
        let outcomes = Locked([Answer.Outcome]())
        for number in 0..<2000 {
            resolver.look(up: Question(Self.name("h\(number).example"), .mx)) { answer in
                outcomes.withLock { $0.append(answer.outcome) }
            }
        }
        resolver.stop()
        #expect(outcomes.withLock { $0 } == Array(repeating: .stopped, count: 2000))
        resolver.look(up: Question(Self.name("late.example"), .mx)) { answer in
            outcomes.withLock { $0.append(answer.outcome) }
        }
        #expect(outcomes.withLock { $0.count } == 2001)
        resolver.stop()
    }

    @Test func `stopping while answers come loses none and doubles none`() throws {
        for round in 0..<10 {
            let resolver = try Resolver(.zone(Self.zone))
            let answers = Locked([String: Int]())
            let count = 200 * (round + 1)
            for number in 0..<count {
                resolver.look(up: Question(Self.name(number % 2 == 0 ? "example" : "h\(number).example"), .mx)) { _ in
                    answers.withLock { $0["\(number)", default: 0] += 1 }
                    if number == count / 2 { resolver.stop() }
                }
            }
            resolver.stop()
            #expect(answers.withLock { $0.count } == count)
            #expect(answers.withLock { $0.values.allSatisfy { $0 == 1 } })
        }
    }

    @Test func `a resolver that nobody holds ends by itself`() async throws {
        let outcome = await withCheckedContinuation { continuation in
            let server = SilentServer()
            var settings = ResolverSettings()
            settings.upstream = .forwarders([server.address])
            settings.trustAnchors = .none
            let resolver = try? Resolver(settings)
            resolver?.look(up: Question(Self.name("a.example"), .a)) { continuation.resume(returning: $0.outcome) }
        }
        #expect(outcome == .stopped)
    }
}
