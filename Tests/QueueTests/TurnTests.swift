import Mail
import Store
import Support
import System
import Testing

@testable import Queue

/// Who is served first: urgent mail, and senders by turns.
struct TurnTests {
    private let start = QueueTime(secondsSinceEpoch: 1_700_000_000)

    private func seal(
        _ names: [String],
        from sender: String,
        to recipients: [String] = ["b@x.example"],
        priority: Int8? = nil,
        at time: QueueTime? = nil,
        in queue: Queue
    ) async throws {
        var envelope = Envelope(sender: try Address(parsing: sender))
        for recipient in recipients { envelope.recipients.append(Recipient(try Address(parsing: recipient))) }
        if let priority {
            envelope.options = MailOptions()
            envelope.options?.priority = priority
        }
        for name in names {
            let draft = Draft(name: name, envelope: envelope, text: .bytes([1]), arrived: time ?? start)
            let error = await withCheckedContinuation { done in queue.seal(draft) { done.resume(returning: $0) } }
            #expect(error == nil)
        }
    }

    private func names(_ prefix: String, _ count: Int) -> [String] { (0..<count).map { "\(prefix)\($0)" } }

    private func open(_ folder: TemporaryFolder) throws -> Queue { try Queue(in: folder.path + "/queue") { _ in } }

    @Test func `Senders take turns, whoever has more mail`() async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        try await seal(names("a", 100), from: "a@one.example", in: queue)
        try await seal(names("b", 5), from: "b@two.example", in: queue)
        let first = try await queue.lease("x.example", now: start, messages: 16).map(\.name)
        #expect(first == names("a", 8) + names("b", 5))
        // Who comes now is before who was served.
        let later = start + .seconds(1)
        try await seal(["c"], from: "c@three.example", at: later, in: queue)
        #expect(try await queue.lease("x.example", now: later, messages: 1).map(\.name) == ["a8"])
        #expect(try await queue.lease("x.example", now: later + .seconds(1), messages: 1).map(\.name) == ["c"])
        #expect(try await queue.lease("x.example", now: later + .seconds(1), messages: 99).count == 91)
        #expect(try await queue.due(limit: 9).isEmpty)
        queue.close()
    }

    @Test(arguments: [Settlement.Fate.deferred(until: QueueTime(secondsSinceEpoch: 1_700_000_900)), .untried])
    func `Who was served keeps its turn when that was in vain`(fate: Settlement.Fate) async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        try await seal(names("a", 40), from: "a@one.example", in: queue)
        var now = start
        for round in 0..<3 {
            now = now + .seconds(1)
            let leases = try await queue.lease("x.example", now: now, messages: 4)
            #expect(leases.count == 4)
            try await seal(["b\(round)"], from: "b\(round)@two.example", at: now, in: queue)
            for lease in leases {
                let all = lease.entries.map { Settlement(entry: $0.id, fate: fate, host: nil, reason: "451") }
                try await queue.settle(all, of: lease, at: now)
            }
            now = now + .seconds(1)
            #expect(try await queue.lease("x.example", now: now, messages: 2).map(\.name).contains("b\(round)"))
        }
        queue.close()
    }

    @Test func `A message isn't taken apart because others wait`() async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        let many = (0..<30).map { "r\($0)@x.example" }
        try await seal(names("a", 3), from: "a@one.example", to: many, in: queue)
        try await seal(names("b", 3), from: "b@two.example", in: queue)
        let leases = try await queue.lease("x.example", now: start, messages: 2)
        #expect(leases.map(\.name) == ["a0", "b0"])
        #expect(leases.map(\.entries.count) == [30, 1])
        #expect(leases.first?.envelope.recipients.map(\.address.text) == many)
        queue.close()
    }

    @Test func `Urgent mail is leased first, and its destination comes first`() async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        try await seal(["low"], from: "a@one.example", priority: -9, in: queue)
        try await seal(["usual"], from: "a@one.example", in: queue)
        try await seal(["usual2"], from: "a@one.example", to: ["b@y.example"], priority: 0, in: queue)
        try await seal(["high"], from: "b@two.example", priority: 4, at: start + .seconds(9), in: queue)
        try await seal(["more"], from: "b@two.example", to: ["b@z.example"], priority: 5, in: queue)
        let due = try await queue.due(limit: 9)
        #expect(due.map(\.destination) == ["z.example", "x.example", "x.example", "y.example", "x.example"])
        #expect(due.map(\.priority) == [5, 4, 0, 0, -9])
        #expect(try await queue.lease("x.example", now: start, messages: 9).map(\.name) == ["usual", "low"])
        let urgent = try await queue.lease("x.example", now: start + .seconds(9), messages: 9)
        #expect(urgent.map(\.name) == ["high"])
        #expect(urgent.map(\.priority) == [4])
        #expect(try await queue.due(limit: 9).map(\.destination) == ["z.example", "y.example"])
        queue.close()
    }

    @Test(arguments: [
        ("a@x.example", "A@X.example", true), ("a+1@x.example", "a+2@x.example", true),
        ("list-bob=y.example@x.example", "list-eve=z.example@x.example", true),
        ("prvs=1=a@x.example", "b=2@x.example", true), ("user1@x.example", "user2@x.example", false),
        ("a@x.example", "a@y.example", false), ("a=b@x.example", "a=b@y.example", false),
    ])
    func `Addresses of one sender are one party`(first: String, second: String, isOne: Bool) throws {
        let parties = try [first, second].map { Turn.party(of: try Address(parsing: $0)) }
        #expect((parties[0] == parties[1]) == isOne)
        #expect(Turn.party(of: .null) != parties[0])
    }

    @Test(arguments: [3, 503])
    func `Everybody can be held and released, however many there are`(count: Int) async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        for number in 0..<count {
            try await seal(["a\(number)"], from: "a\(number)@one.example", to: ["b@\(number % 2).example"], in: queue)
        }
        var filter = QueueFilter()
        filter.destination = "0.example"
        #expect(try await queue.hold(filter).changed == (count + 1) / 2)
        #expect(try await queue.due(limit: 9).map(\.destination) == ["1.example"])
        #expect(try await queue.hold(QueueFilter()).changed == count / 2)
        #expect(try await queue.due(limit: 9).isEmpty)
        let later = start + .seconds(60)
        var held = QueueFilter()
        held.state = .held
        #expect(try await queue.release(held, now: later).changed == count)
        #expect(try await queue.due(limit: 9).map(\.time) == [later, later])
        #expect(
            try await queue.lease("1.example", now: later, messages: count).count
                == min(count / 2, Queue.mostRecipients)
        )
        queue.close()
    }

    @Test func `A queue of the first format is copied, and delivered from in the new one`() async throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "queue/there")
        let path = folder.path + "/queue/queue.db"
        let old = try Store(path: path, schema: StoreSchema(steps: Array(QueueSchema.current.steps.prefix(1)))) { _ in }
        try old.writeNow { transaction throws(StoreError) in
            for (id, priority) in [(1, "NULL"), (2, "3"), (3, "0"), (4, "-3")] {
                try transaction.run(
                    """
                    INSERT INTO message (id, name, queued, sender, bits, size, unsettled, priority, client)
                    VALUES (\(id), 'M.\(id)', 0, 'a@b.example', 0, 1, 1, \(priority), '')
                    """
                )
                try transaction.run("INSERT INTO body (id, bytes) VALUES (\(id), x'41')")
                // One was leased when the process ended.
                try transaction.run(
                    """
                    INSERT INTO recipient (message, place, address, destination, state, due, attempts)
                    VALUES (\(id), 0, 'u@x.example', 'x.example', \(id == 3 ? 1 : 0), \(id), 0)
                    """
                )
            }
            try transaction.run("INSERT INTO destination VALUES ('x.example', 1)")
        }
        old.close()
        let queue = try open(folder)
        #expect(Files.canRead(path + ".format-1"))
        #expect(try await queue.due(limit: 9).map(\.priority) == [3, 0, -3])
        let leases = try await queue.lease("x.example", now: start, messages: 9)
        #expect(leases.map(\.name) == ["M.2", "M.1", "M.3", "M.4"])
        queue.close()
    }
}
