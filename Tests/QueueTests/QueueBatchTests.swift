import Mail
import Store
import Support
import System
import Testing

@testable import Queue

/// What is done to very many recipients, a batch at a time.
struct QueueBatchTests {
    private static let start = QueueTime(secondsSinceEpoch: 1_700_000_000)
    private static let later = start + .seconds(86_400)
    private static let count = 3 * Queue.batch + 7

    private func open(_ folder: TemporaryFolder) throws -> Queue {
        try Queue(in: folder.path + "/queue") { _ in }
    }

    /// A queue with more than three batches of messages of some recipients each, all of them due much later.
    private func many(_ folder: TemporaryFolder, recipients: Int = 1) throws -> Queue {
        let queue = try open(folder)
        try queue.store.writeNow { transaction throws(StoreError) in
            for id in 1...Self.count / recipients {
                try transaction.run(
                    """
                    INSERT INTO message (id, name, queued, sender, bits, size, unsettled, client)
                    VALUES (?, ?, \(Self.start.milliseconds), 'a@b.example', 0, 1, \(recipients), '')
                    """,
                    [.integer(id), .text("M.\(id)")]
                )
                try transaction.run("INSERT INTO body (id, bytes) VALUES (?, x'41')", [.integer(id)])
                for place in 0..<recipients {
                    try transaction.run(
                        """
                        INSERT INTO recipient (message, place, address, destination, state, due, attempts)
                        VALUES (?, ?, ?, 'x.example', 0, \(Self.later.milliseconds), 0)
                        """,
                        [.integer(id), .integer(place), .text("u\(place)@x.example")]
                    )
                }
            }
            try Turn("x.example", urgency: 0, party: 0).note(due: Self.later, transaction)
        }
        queue.close()
        return try open(folder)
    }

    private func draft(_ name: String, to recipient: String) throws -> Draft {
        var envelope = Envelope(sender: try Address(parsing: "from@a.example"))
        envelope.recipients.append(Recipient(try Address(parsing: recipient)))
        return Draft(name: name, envelope: envelope, text: .bytes([1, 2, 3]), arrived: Self.start)
    }

    /// Those who are in a state, and due at a time.
    private func count(_ queue: Queue, _ state: RecipientState, due: QueueTime? = nil) throws -> Int {
        try queue.store.read { transaction throws(StoreError) in
            try transaction.first(
                "SELECT count(*) FROM recipient WHERE state = ? AND (due = ? OR ? IS NULL)",
                [.integer(state.rawValue), .integer(due.map { Int($0.milliseconds) })]
                    + [.integer(due.map { Int($0.milliseconds) })]
            ) { $0.integer(0) } ?? 0
        }
    }

    private func numbers(_ queue: Queue, _ sql: String) throws -> (Int, Int)? {
        try queue.store.read { transaction throws(StoreError) in
            try transaction.first(sql) { ($0.integer(0), $0.integer(1)) }
        }
    }

    @Test func `Mail is taken while very many are retried, and isn't meant itself`() async throws {
        let folder = try TemporaryFolder()
        let queue = try many(folder)
        let new = try draft("NEW.1", to: "new@x.example")
        let now = Self.start + .seconds(5)
        /// What was left to do when the new mail was on the disk.
        let left = Locked<Int?>(nil)
        let isSealed = Locked(false)
        queue.whenDue {
            let isFirst = isSealed.withLock { isSealed in
                defer { isSealed = true }
                return !isSealed
            }
            guard isFirst else { return }
            queue.seal(new) { _ in
                let waiting = try? self.count(queue, .waiting, due: Self.later)
                left.withLock { $0 = waiting }
            }
        }
        #expect(try await queue.retry(QueueFilter(), now: now) == QueueChange(changed: Self.count))
        let seen = try #require(left.withLock { $0 })
        #expect(seen > 0)
        #expect(try count(queue, .waiting, due: now) == Self.count)
        #expect(try count(queue, .waiting, due: Self.start) == 1)
        queue.close()
    }

    @Test func `What was retried when the process ends stays so, and the rest waits as before`() async throws {
        let folder = try TemporaryFolder()
        let queue = try many(folder)
        let now = Self.start + .seconds(5)
        queue.whenDue { queue.close() }
        await #expect(throws: QueueError.store(.closed)) { try await queue.retry(QueueFilter(), now: now) }
        let next = try open(folder)
        #expect(try count(next, .waiting, due: now) == Queue.batch)
        #expect(try count(next, .waiting, due: Self.later) == Self.count - Queue.batch)
        #expect(try await next.due(limit: 9) == [Queue.Due(destination: "x.example", time: now)])
        #expect(try await next.lease("x.example", now: now, messages: 9).count == 9)
        #expect(try await next.retry(QueueFilter(), now: now).changed == Self.count - 9)
        next.close()
    }

    @Test func `Very many are held, released, sent another way, deleted, had back and purged`() async throws {
        let folder = try TemporaryFolder()
        let queue = try many(folder)
        var filter = QueueFilter()
        filter.sender = "a@b.example"
        let (now, all) = (Self.start + .seconds(5), QueueChange(changed: Self.count))
        _ = try await queue.seal(draft("OTHER.1", to: "c@y.example"))
        #expect(try await queue.hold(filter) == all)
        #expect(try await queue.hold(filter) == QueueChange(others: Self.count))
        #expect(try await queue.due(limit: 9).map(\.destination) == ["y.example"])
        #expect(try await queue.release(filter, now: now) == all)
        #expect(try await queue.redirect(filter, via: "z.example", now: now) == all)
        #expect(try await queue.due(limit: 9).map(\.destination) == ["y.example", "z.example"])
        #expect(try await queue.delete(filter, until: Self.later) == all)
        #expect(try await queue.delete(filter, until: Self.later).isEmpty)
        #expect(try await queue.due(limit: 9).map(\.destination) == ["y.example"])
        #expect(try await queue.undelete(filter, now: now) == all)
        #expect(try await queue.count(filter) == all)
        #expect(try await queue.lease("z.example", now: now, messages: 3).count == 3)
        #expect(try await queue.purge(filter) == QueueChange(changed: Self.count - 3, leased: 3))
        #expect(try numbers(queue, "SELECT count(*), 0 FROM message")?.0 == 4)
        queue.close()
    }

    @Test(arguments: [3, 7])
    func `Recipients of a message who become one are one, wherever a batch ends`(recipients: Int) async throws {
        let folder = try TemporaryFolder()
        let queue = try many(folder, recipients: recipients)
        let messages = Self.count / recipients
        let change = try await queue.redirect(
            QueueFilter(),
            to: try Address(parsing: "one@y.example"),
            now: Self.start
        )
        #expect(change == QueueChange(changed: messages * recipients))
        #expect(try count(queue, .waiting) == messages)
        let unsettled = try numbers(queue, "SELECT min(unsettled), max(unsettled) FROM message")
        #expect(unsettled?.0 == 1 && unsettled?.1 == 1)
        queue.close()
    }

    @Test func `Who takes very many gets each of them once`() async throws {
        let folder = try TemporaryFolder()
        let queue = try many(folder)
        var (last, taken): (Int64, Int) = (0, 0)
        while let some = try await queue.take(QueueFilter(), now: Self.start, after: last) {
            #expect(some.last > last)
            taken += some.leases.flatMap(\.entries).count
            last = some.last
        }
        #expect(taken == Self.count)
        #expect(try count(queue, .leased) == Self.count)
        queue.close()
    }
}
