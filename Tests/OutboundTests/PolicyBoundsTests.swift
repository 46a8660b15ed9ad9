import DNS
import Queue
import Store
import Support
import Testing

@testable import Outbound

/// What other domains can have us keep is bounded by bytes, too.
@Suite(.timeLimit(.minutes(15))) struct PolicyBoundsTests {
    private let folder: TemporaryFolder
    private let clock = WallClock()

    init() throws { folder = try TemporaryFolder() }

    private func book(_ change: (inout BookBounds) -> Void) throws -> PolicyBook {
        var bounds = BookBounds()
        change(&bounds)
        return try PolicyBook(path: folder.path + "/tls.db", bounds: bounds) { _ in }
    }

    /// A policy of about so many bytes.
    private static func text(_ bytes: Int) -> [UInt8] {
        Array("version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 99999\n".utf8)
            + Array("x: ".utf8) + Array(repeating: UInt8(ascii: "y"), count: bytes)
    }

    private func key(_ number: Int, of domain: String = "b.example", text: Int = 1000) -> TLSTally.Key {
        var failure = TLSFailure(.expired)
        failure.host = "mx\(number).example"
        let rule = TLSRule(.sts, of: domain, lines: [String(repeating: "z", count: text)], patterns: ["a.example"])
        return TLSTally.Key(day: 1, rule: rule, failure: failure)
    }

    @Test func `Of too many policies those go that mail was sent under longest ago`() async throws {
        let book = try book { $0.policies = 10_000 }
        let text = Self.text(2000)
        let policy = try STSPolicy(text)
        for number in 1...9 {
            let kept = KeptPolicy(id: "1", policy: policy, fetched: clock.now, used: clock.now)
            await book.keep(kept, text, of: "\(number).example")
            clock.advance(1)
            if number == 4 || number == 7 { await book.use("1.example", at: clock.now) }
        }
        var left: [String] = []
        for number in 1...9 where await book.policy(of: "\(number).example") != nil { left.append("\(number)") }
        #expect(left == ["1", "7", "8", "9"])
        book.close()
    }

    @Test func `Policies in memory are no more than so many bytes, and all the same each is known`() async throws {
        let source = FakePolicies()
        let clock = clock
        let keeper = PolicyKeeper(book: try book { _ in }, source: source, mostBytes: 10_000, clock: { clock.now })
        for number in 1...9 {
            source.set("\(number).example", id: "1", text: Self.text(2000))
            #expect(await keeper.policy(of: try Name("\(number).example")) != nil)
            #expect(await keeper.knownBytes <= 10_000)
        }
        #expect(await keeper.policy(of: try Name("1.example")) != nil)
        #expect(source.state.value.fetches == 9)
    }

    @Test func `Counts in memory are no more than so many bytes`() {
        let clock = clock
        let tally = TLSTally(isOn: { true }, clock: { clock.now }, mostBytes: 6000)
        for number in 1...99 {
            let key = key(number)
            for _ in 1...2 { tally.note(key.failure, under: key.rule) }
        }
        let taken = tally.take()
        #expect((1...4).contains(taken.count) && taken.values.allSatisfy { $0 == 2 })
        tally.note(nil, under: TLSRule(.none, of: "b.example"))
        tally.giveBack(taken)
        #expect(tally.take().count == taken.count + 1)
    }

    @Test func `A domain's day is no more than so many bytes, and other domains have their own`() async throws {
        let book = try book { $0.day = 20_000 }
        for number in 1...99 { #expect(await book.add([key(number): 1])) }
        let counts = await book.counts(of: "b.example", on: 1)
        #expect(counts.reduce(0) { $0 + $1.1 } == 99)
        #expect((10...21).contains(counts.count))
        #expect(counts.first { $0.0.failure == TLSFailure(.expired) }?.1 ?? 0 > 70)
        // A domain that changes its policy again and again.
        for number in 1...99 { #expect(await book.add([key(1, of: "c.example", text: 1000 + number): 1])) }
        let changed = await book.counts(of: "c.example", on: 1)
        #expect(changed.reduce(0) { $0 + $1.0.size } <= 44_000 && changed.count < 50)
        book.close()
    }

    @Test func `A full book counts what it knows, and nothing else`() async throws {
        let book = try book { $0.file = 1 }
        #expect(await book.add([key(1): 1]))
        #expect(await book.counts(of: "b.example", on: 1).isEmpty)
        book.close()
        let open = try self.book { _ in }
        #expect(await open.add([key(1): 1]))
        open.close()
        let full = try self.book { $0.file = 1 }
        #expect(await full.add([key(1): 1, key(2): 1]))
        #expect(await full.counts(of: "b.example", on: 1).map(\.1) == [2])
        full.close()
    }
}
