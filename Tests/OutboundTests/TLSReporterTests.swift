import DNS
import HTTP
import Queue
import Support
import System
import Testing
import Wire

@testable import Outbound

/// When reports on TLS go out, and what becomes of those that nobody takes: RFC 8460 §4.1 and §5.5.
@Suite(.timeLimit(.minutes(15))) struct TLSReporterTests {
    private let folder: TemporaryFolder
    private let book: PolicyBook
    private let queue: Queue
    private let clock = WallClock()
    private let tally: TLSTally
    private let listeners = Listeners(loops: 1)
    private let told = Locked<[String]>([])
    /// Seconds from the clock's start, 22:13:20, to the day's end.
    private static let toMidnight = 6400

    init() throws {
        folder = try TemporaryFolder()
        book = try PolicyBook(path: folder.path + "/tls.db") { _ in }
        queue = try Queue(in: folder.path + "/queue") { _ in }
        let clock = clock
        tally = TLSTally(isOn: { true }, clock: { clock.now })
    }

    private let faults = Locked<[String]>([])

    private func reporter(
        chance: Double = 0,
        contact: String? = "me@us.example",
        goesAnywhere: Bool = false,
        posts uri: String = "https://r.example:1/v1"
    ) throws -> TLSReporter {
        let (clock, told, faults) = (clock, told, faults)
        let zone = [
            "b.example. 300 IN A 192.0.2.1", "c.example. 300 IN A 192.0.2.1", "r.example. 300 IN A 127.0.0.1",
            #"_smtp._tls.b.example. 300 IN TXT "v=TLSRPTv1; rua=mailto:x@b.example,\#(uri)""#,
        ]
        return TLSReporter(
            book: book,
            tally: tally,
            resolver: try Resolver(.zone(zone)),
            client: HTTPSClient(dialer: listeners.dialer),
            queue: queue,
            settings: {
                var settings = TLSReportSettings()
                settings.contact = contact
                settings.postsAnywhere = goesAnywhere
                return (settings, "us.example")
            },
            clock: { clock.now },
            chance: { chance },
            report: { outcome in
                told.withLock { $0.append("\(outcome.domain) \(outcome.uri) \(outcome.fault == nil)") }
                if let fault = outcome.fault { faults.withLock { $0.append(fault) } }
            }
        )
    }

    private func note(_ domain: String) { tally.note(nil, under: TLSRule(.none, of: domain)) }

    private var heard: [String] {
        told.withLock { told in
            defer { told = [] }
            return told
        }
    }

    private func due(_ seconds: Int = 0) async -> [Int] {
        await book.dueReports(before: .max, now: clock.now.secondsSinceEpoch + Int64(seconds), limit: 9).map(\.tries)
    }

    @Test func `A day is told of when it is over, and a part of the delay by chance`() async throws {
        defer { listeners.shutdown() }
        let reporter = try reporter(chance: 0.5)
        note("c.example")
        await reporter.tend()
        #expect(await due() == [0])
        clock.advance(Self.toMidnight + 7199)
        await reporter.tend()
        #expect(await due() == [0])
        clock.advance(1)
        await reporter.tend()
        // Nobody wants to hear of it.
        #expect(await due().isEmpty)
        #expect(heard.isEmpty)
    }

    @Test func `Who doesn't take a report is tried again for a day, and nobody is told twice`() async throws {
        defer { listeners.shutdown() }
        let reporter = try reporter()
        note("b.example")
        await reporter.tend()
        clock.advance(Self.toMidnight)
        await reporter.tend()
        #expect(heard == ["b.example mailto:x@b.example true", "b.example https://r.example:1/v1 false"])
        for (tries, wait) in [1800, 3600, 7200, 14_400, 28_800, 28_800].enumerated() {
            #expect(await due(wait - 1).isEmpty)
            #expect(await due(wait) == [tries + 1])
            clock.advance(wait)
            await reporter.tend()
            #expect(heard == ["b.example https://r.example:1/v1 false"])
        }
        #expect(await due(1_000_000).isEmpty)
        #expect(try await queue.due(limit: 9).map(\.destination) == ["b.example"])
    }

    @Test(arguments: [
        ("", false, "r.example has private addresses only"), (":PORT", false, "reports are posted to port 443 only"),
        (":PORT", true, nil),
    ])
    func `Where a stranger has us post is no private place, unless the administrator says so`(
        port: String,
        goesAnywhere: Bool,
        fault: String?
    ) async throws {
        defer { listeners.shutdown() }
        let street = try Street(on: "127.0.0.1:0") { ScriptHost("greeting", .close, $0) }
        let place = port.replacing("PORT", with: "\(street.port)")
        let reporter = try reporter(goesAnywhere: goesAnywhere, posts: "https://r.example\(place)/v1")
        note("b.example")
        await reporter.tend()
        clock.advance(Self.toMidnight)
        await reporter.tend()
        let said = faults.withLock { $0 }
        #expect(said.count == 1)
        if let fault { #expect(said == [fault]) }
        #expect(street.log.allEvents.count { $0.hasPrefix("opened") } == (goesAnywhere ? 1 : 0))
    }

    @Test(arguments: [nil, "me@us.example"])
    func `What was counted long ago is dropped, whether or not reports are sent`(contact: String?) async throws {
        defer { listeners.shutdown() }
        note("b.example")
        let before = try reporter(contact: nil)
        await before.tend()
        clock.advance(Self.toMidnight + 86_400)
        await before.tend()
        #expect(await due(1_000_000) == [0])
        clock.advance(2 * 86_400)
        try await reporter(contact: contact).tend()
        #expect(await due(1_000_000).isEmpty)
        #expect(heard.isEmpty)
    }

    @Test func `Without a contact nobody is told anything`() async throws {
        defer { listeners.shutdown() }
        let reporter = try reporter(contact: nil)
        note("b.example")
        await reporter.tend()
        clock.advance(10 * 86_400)
        await reporter.tend()
        #expect(heard.isEmpty)
    }
}
