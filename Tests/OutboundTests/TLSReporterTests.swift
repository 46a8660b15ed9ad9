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

    private func reporter(chance: Double = 0, contact: String? = "me@us.example") throws -> TLSReporter {
        let (clock, told) = (clock, told)
        let zone = [
            "b.example. 300 IN A 192.0.2.1", "c.example. 300 IN A 192.0.2.1", "r.example. 300 IN A 127.0.0.1",
            #"_smtp._tls.b.example. 300 IN TXT "v=TLSRPTv1; rua=mailto:x@b.example,https://r.example:1/v1""#,
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
                return (settings, "us.example")
            },
            clock: { clock.now },
            chance: { chance },
            report: { outcome in
                told.withLock { $0.append("\(outcome.domain) \(outcome.uri) \(outcome.fault == nil)") }
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
