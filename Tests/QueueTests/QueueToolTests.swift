import Mail
import Store
import Support
import System
import Testing

@testable import Queue

/// What an administrator sees of the queue, and does with it.
struct QueueToolTests {
    private let start = QueueTime(secondsSinceEpoch: 1_700_000_000)

    private func open(_ folder: TemporaryFolder) throws -> Queue {
        try Queue(in: folder.path + "/queue") { _ in }
    }

    private func view(_ folder: TemporaryFolder) throws -> QueueView { try QueueView(in: folder.path + "/queue") }

    private func seal(
        _ name: String,
        from sender: String = "From@a.example",
        to recipients: [String],
        after wait: Duration = .zero,
        text: [UInt8] = [1, 2, 3],
        in queue: Queue
    ) async throws {
        var envelope = Envelope(sender: sender.isEmpty ? .null : try Address(parsing: sender))
        for recipient in recipients { envelope.recipients.append(Recipient(try Address(parsing: recipient))) }
        let draft = Draft(
            name: name,
            envelope: envelope,
            text: .bytes(text),
            arrived: start + wait,
            client: "192.0.2.7"
        )
        let error = await withCheckedContinuation { done in queue.seal(draft) { done.resume(returning: $0) } }
        #expect(error == nil)
    }

    private func settle(_ lease: Lease, _ fate: Settlement.Fate, _ reason: String, in queue: Queue) async throws {
        let all = lease.entries.map { Settlement(entry: $0.id, fate: fate, host: "mx.example", reason: reason) }
        try await queue.settle(all, of: lease, at: start, reports: [])
    }

    private func filter(_ change: (inout QueueFilter) -> Void) -> QueueFilter {
        var filter = QueueFilter()
        change(&filter)
        return filter
    }

    private func states(_ view: QueueView, _ name: String) throws -> [RecipientState] {
        try view.entry(name)?.recipients.map(\.state) ?? []
    }

    @Test func `A listing finds who is looked for, and nobody else`() async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        try await seal("A.1", to: ["b@x.example", "c@y.example"], in: queue)
        try await seal("B.1", from: "", to: ["D@x.example"], after: .seconds(3600), in: queue)
        try await seal("C.1", to: ["e@z.example", "f@held.example"], in: queue)
        let lease = try #require(try await queue.lease("z.example", now: start, messages: 9).first)
        try await settle(lease, .deferred(until: start + .seconds(60)), "451 4.7.1 Greylisted, 100%", in: queue)
        _ = try await queue.hold(filter { $0.destination = "held.example" })
        _ = try await queue.lease("y.example", now: start, messages: 9)

        let view = try view(folder)
        let start = start
        let rows: [(String, QueueFilter, [String])] = [
            ("all", filter { _ in }, ["b@x.example", "c@y.example", "D@x.example", "e@z.example", "f@held.example"]),
            ("domain", filter { $0.destination = "X.example" }, ["b@x.example", "D@x.example"]),
            ("sender", filter { $0.sender = "from@A.example" }, ["b", "c", "e", "f"]),
            ("null", filter { $0.sender = "" }, ["D@x.example"]),
            ("recipient", filter { $0.recipient = "d@X.EXAMPLE" }, ["D@x.example"]),
            ("held", filter { $0.state = .held }, ["f@held.example"]),
            ("leased", filter { $0.state = .leased }, ["c@y.example"]),
            ("waiting", filter { $0.state = .waiting }, ["b@", "D@", "e@"]),
            ("old", filter { $0.queuedBefore = start + .seconds(60) }, ["b", "c", "e", "f"]),
            ("words", filter { $0.words = "greyLISTED" }, ["e@z.example"]),
            ("no pattern", filter { $0.words = "1_0%" }, []),
            ("a percent sign", filter { $0.words = "100%" }, ["e@z.example"]),
            ("message", QueueFilter(message: "C.1"), ["e@z.example", "f@held.example"]),
            ("number", QueueFilter(message: "2"), ["D@x.example"]),
            (
                "two at once",
                filter {
                    $0.destination = "x.example"; $0.sender = ""
                }, ["D@x.example"]
            ),
            ("nobody", filter { $0.destination = "no.example" }, []),
        ]
        for (name, filter, found) in rows {
            let lines = try view.list(filter, after: 0, limit: 99)
            #expect(lines.count == found.count, "\(name)")
            for (line, address) in zip(lines, found) {
                #expect(line.recipient.address.hasPrefix(address), "\(name)")
            }
        }
        queue.close()
    }

    @Test func `A listing comes in pages, each line once`() async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        for number in 1...25 { try await seal("A.\(number)", to: ["b@x.example"], in: queue) }
        let view = try view(folder)
        var names: [String] = []
        var last: Int64 = 0
        while true {
            let page = try view.list(filter { $0.destination = "x.example" }, after: last, limit: 10)
            guard let end = page.last else { break }
            #expect(page.count <= 10)
            names += page.map(\.message.name)
            last = end.recipient.id
        }
        #expect(names == (1...25).map { "A.\($0)" })
        queue.close()
    }

    @Test func `A message is shown with what happened to each recipient, by name and by number`() async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        try await seal("A.1", to: ["b@x.example", "c@y.example"], in: queue)
        let lease = try #require(try await queue.lease("x.example", now: start, messages: 9).first)
        try await settle(lease, .failed, "550 no", in: queue)
        // As when no server runs.
        queue.close()
        let view = try view(folder)
        let entry = try #require(try view.entry("A.1"))
        #expect(try view.entry("\(entry.message.number)") == entry)
        #expect(entry.message.sender == "From@a.example")
        #expect(entry.message.size == 3 && entry.message.client == "192.0.2.7" && entry.message.queued == start)
        #expect(entry.recipients.map(\.state) == [.failed, .waiting])
        #expect(entry.recipients.map(\.attempts) == [1, 0])
        #expect(entry.recipients.map(\.host) == ["mx.example", nil])
        #expect(entry.recipients.map(\.reply) == ["550 no", nil])
        #expect(entry.recipients.map(\.tried) == [start, nil])
        for unknown in ["A.2", "", "77", "A.1'"] { #expect(try view.entry(unknown) == nil) }
    }

    @Test func `Statistics count states, bytes and destinations`() async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        #expect(try view(folder).statistics().messages == 0)
        try await seal("A.1", to: ["b@x.example", "c@x.example", "d@y.example"], in: queue)
        try await seal("B.1", to: ["b@x.example"], after: .seconds(5), text: [1, 2, 3, 4], in: queue)
        for number in 1...25 {
            try await seal("C.\(number)", to: ["b@\(number).example"], after: .seconds(9), in: queue)
        }
        _ = try await queue.hold(QueueFilter(message: "B.1"))
        _ = try await queue.lease("y.example", now: start, messages: 1)
        let statistics = try view(folder).statistics()
        #expect(statistics.messages == 27 && statistics.bytes == 82 && statistics.oldest == start)
        #expect(statistics.recipients == [.waiting: 27, .held: 1, .leased: 1])
        #expect(statistics.destinations.count == 20)
        #expect(
            statistics.destinations.first
                == .init(name: "x.example", recipients: 3, held: 1, due: start)
        )
        queue.close()
    }

    @Test func `Who waits can be retried now`() async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        try await seal("A.1", to: ["b@x.example", "c@y.example"], in: queue)
        try await seal("B.1", to: ["d@x.example"], in: queue)
        for lease in try await queue.lease("x.example", now: start, messages: 9) {
            try await settle(lease, .deferred(until: start + .seconds(900)), "451 later", in: queue)
        }
        _ = try await queue.lease("y.example", now: start, messages: 9)
        let told = Locked(0)
        queue.whenDue { told.withLock { $0 += 1 } }
        let now = start + .seconds(10)
        #expect(try await queue.retry(QueueFilter(message: "A.1"), now: now) == QueueChange(changed: 1, leased: 1))
        #expect(told.withLock { $0 } == 1)
        #expect(try await queue.due(limit: 9) == [.init(destination: "x.example", time: now)])
        #expect(try await queue.lease("x.example", now: now, messages: 9).map(\.name) == ["A.1"])
        #expect(try await queue.due(limit: 9).map(\.time) == [start + .seconds(900)])
        #expect(try await queue.retry(filter { $0.words = "LATER" }, now: now) == QueueChange(changed: 1, leased: 1))
        #expect(try await queue.retry(QueueFilter(message: "no"), now: now).isEmpty)
        queue.close()
    }

    @Test func `Who is held is not tried until it is released`() async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        try await seal("A.1", to: ["b@x.example", "c@y.example"], in: queue)
        try await seal("B.1", to: ["d@x.example"], in: queue)
        #expect(try await queue.hold(QueueFilter(message: "A.1")) == QueueChange(changed: 2))
        #expect(try await queue.hold(QueueFilter(message: "A.1")) == QueueChange(others: 2))
        #expect(try await queue.retry(QueueFilter(message: "A.1"), now: start) == QueueChange(others: 2))
        #expect(try await queue.due(limit: 9).map(\.destination) == ["x.example"])
        #expect(try await queue.lease("x.example", now: start, messages: 9).map(\.name) == ["B.1"])
        queue.close()
        // It is held over a restart, too.
        let next = try open(folder)
        #expect(try states(view(folder), "A.1") == [.held, .held])
        let later = start + .seconds(10)
        #expect(
            try await next.release(filter { $0.destination = "y.example" }, now: later) == QueueChange(changed: 1)
        )
        #expect(
            try await next.due(limit: 9) == [
                .init(destination: "x.example", time: start), .init(destination: "y.example", time: later),
            ]
        )
        #expect(try await next.lease("y.example", now: later, messages: 9).map(\.name) == ["A.1"])
        next.close()
    }

    @Test(arguments: [3, Queue.largestBlob + 1])
    func `A message that is deleted goes with all that belongs to it`(size: Int) async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        try await seal("A.1", to: ["b@x.example", "c@y.example"], text: .init(repeating: 7, count: size), in: queue)
        try await seal("B.1", to: ["d@x.example"], after: .seconds(5), in: queue)
        _ = try await queue.hold(filter { $0.recipient = "b@x.example" })
        #expect(try await queue.purge(QueueFilter(message: "A.1")) == QueueChange(changed: 2))
        #expect(try await queue.purge(QueueFilter(message: "A.1")).isEmpty)
        let view = try view(folder)
        #expect(try view.entry("A.1") == nil)
        #expect(try view.statistics().messages == 1)
        let due = Queue.Due(destination: "x.example", time: start + .seconds(5))
        #expect(try await queue.due(limit: 9) == [due])
        let files = try FileDescriptor.open(folder.path + "/queue/spool", [.directory])
        while try !files.entries().isEmpty { await Task.yield() }
        queue.close()
    }

    @Test(arguments: [Settlement.Fate.delivered, .deferred(until: QueueTime(secondsSinceEpoch: 1_700_000_900))])
    func `Who is being delivered outlives a deletion until that has ended`(fate: Settlement.Fate) async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        try await seal("A.1", to: ["b@x.example", "c@y.example"], in: queue)
        let lease = try #require(try await queue.lease("x.example", now: start, messages: 9).first)
        #expect(try await queue.purge(QueueFilter(message: "1")) == QueueChange(changed: 1, leased: 1))
        let view = try view(folder)
        #expect(try states(view, "A.1") == [.leased])
        #expect(try await queue.due(limit: 9).isEmpty)
        try await settle(lease, fate, "said", in: queue)
        if fate == .delivered {
            #expect(try view.entry("A.1") == nil)
        } else {
            #expect(try states(view, "A.1") == [.waiting])
            #expect(try await queue.purge(QueueFilter(message: "A.1")) == QueueChange(changed: 1))
            #expect(try view.entry("A.1") == nil)
        }
        queue.close()
    }

    @Test(arguments: [0, 3, Queue.largestBlob + 1])
    func `The text of a message is copied byte for byte`(size: Int) async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        let text = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await seal("A.1", to: ["b@x.example"], text: text, in: queue)
        let view = try view(folder)
        let entry = try #require(try view.entry("A.1"))
        try folder.write("", to: "copy")
        let output = try FileDescriptor.open(folder.path + "/copy", .readWrite)
        #expect(try view.copy(entry.message, to: output))
        #expect(try Files.read(folder.path + "/copy") == text)
        _ = try await queue.purge(QueueFilter(message: "A.1"))
        #expect(try !view.copy(entry.message, to: output))
        queue.close()
    }

    @Test func `A folder without a queue is told from one that can't be read`() throws {
        let folder = try TemporaryFolder()
        #expect(throws: QueueViewError.missing) { try QueueView(in: folder.path + "/queue") }
    }

    @Test(arguments: [(99, "format 99, and this version knows"), (0, "a start of the server")])
    func `A database of another format is told in words`(format: Int, said: String) throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        try queue.store.writeNow { transaction throws(StoreError) in
            try transaction.run("PRAGMA user_version=\(format)")
        }
        queue.close()
        let error = #expect(throws: QueueViewError.self) { try view(folder) }
        #expect(error.map { "\($0)".contains(said) } == true)
    }
}
