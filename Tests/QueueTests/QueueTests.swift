import Mail
import Store
import Support
import System
import Testing

@testable import Queue

struct QueueTests {
    private let start = QueueTime(secondsSinceEpoch: 1_700_000_000)

    private func open(_ folder: TemporaryFolder) throws -> Queue {
        try Queue(in: folder.path + "/queue") { _ in }
    }

    private func draft(_ name: String, to recipients: [String], text: Draft.Text = .bytes([1, 2, 3])) throws -> Draft {
        var envelope = Envelope(sender: try Address(parsing: "from@a.example"))
        for recipient in recipients { envelope.recipients.append(Recipient(try Address(parsing: recipient))) }
        return Draft(name: name, envelope: envelope, text: text, arrived: start)
    }

    private func seal(_ draft: Draft, in queue: Queue) async -> QueueError? {
        await withCheckedContinuation { continuation in queue.seal(draft) { continuation.resume(returning: $0) } }
    }

    private func bytes(_ text: QueuedText) async -> [UInt8]? {
        await withCheckedContinuation { continuation in
            text.read(0..<text.count) { continuation.resume(returning: $0) }
        }
    }

    private func settle(_ lease: Lease, _ fate: Settlement.Fate, in queue: Queue, reports: [Draft] = []) async throws {
        let all = lease.entries.map { Settlement(entry: $0.id, fate: fate, host: "mx.example", reason: "250 ok") }
        try await queue.settle(all, of: lease, at: start, reports: reports)
    }

    @Test func `A message goes from draft to settled, one destination at a time`() async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        #expect(await seal(try draft("A.1", to: ["b@x.example", "c@y.example", "d@x.example"]), in: queue) == nil)
        #expect(try await queue.due(limit: 9).map(\.destination).sorted() == ["x.example", "y.example"])

        let first = try await queue.lease("x.example", now: start, messages: 9)
        #expect(first.map(\.name) == ["A.1"])
        #expect(first.first?.envelope.recipients.map(\.address.text) == ["b@x.example", "d@x.example"])
        #expect(try await queue.due(limit: 9).map(\.destination) == ["y.example"])
        #expect(try await queue.lease("x.example", now: start, messages: 9).isEmpty)
        try await settle(try #require(first.first), .delivered, in: queue)

        let second = try #require(try await queue.lease("y.example", now: start, messages: 9).first)
        #expect(await bytes(second.text) == [1, 2, 3])
        try await settle(second, .delivered, in: queue)
        #expect(try await queue.due(limit: 9).isEmpty)
        #expect(try count("message", queue) == 0 && count("recipient", queue) == 0 && count("body", queue) == 0)
        queue.close()
    }

    private func count(_ table: String, _ queue: Queue) throws -> Int {
        try queue.store.read { transaction throws(StoreError) in
            try transaction.first("SELECT count(*) FROM \(table)") { $0.integer(0) } ?? -1
        }
    }

    @Test func `What is deferred is due at its time, and knows how often it was tried`() async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        _ = await seal(try draft("A.1", to: ["b@x.example"]), in: queue)
        let lease = try #require(try await queue.lease("x.example", now: start, messages: 9).first)
        let later = start + .seconds(64)
        try await settle(lease, .deferred(until: later), in: queue)
        #expect(try await queue.due(limit: 9) == [.init(destination: "x.example", time: later)])
        #expect(try await queue.lease("x.example", now: start + .seconds(63), messages: 9).isEmpty)
        let again = try #require(try await queue.lease("x.example", now: later, messages: 9).first)
        #expect(again.entries.map(\.attempts) == [1])
        try await settle(again, .untried, in: queue)
        #expect(try await queue.lease("x.example", now: later, messages: 9).first?.entries.map(\.attempts) == [1])
        queue.close()
    }

    @Test func `What was leased when the process ended waits again`() async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        _ = await seal(try draft("A.1", to: ["b@x.example"]), in: queue)
        #expect(try await queue.lease("x.example", now: start, messages: 9).count == 1)
        queue.close()
        let next = try open(folder)
        #expect(try await next.due(limit: 9).map(\.destination) == ["x.example"])
        #expect(try await next.lease("x.example", now: start, messages: 9).map(\.name) == ["A.1"])
        // Numbers go on behind those that are taken.
        #expect(await seal(try draft("B.1", to: ["b@x.example"]), in: next) == nil)
        next.close()
    }

    @Test(arguments: [Queue.largestBlob, Queue.largestBlob + 1])
    func `A big text is a file of its own, which goes with the message`(size: Int) async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        let text = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(await seal(try draft("A.1", to: ["b@x.example"], text: .bytes(text)), in: queue) == nil)
        let files = try FileDescriptor.open(folder.path + "/queue/spool", [.directory])
        #expect(try files.entries().count == (size > Queue.largestBlob ? 1 : 0))
        let lease = try #require(try await queue.lease("x.example", now: start, messages: 9).first)
        #expect(await bytes(lease.text) == text)
        #expect(lease.text.count == size)
        try await settle(lease, .delivered, in: queue)
        while try !files.entries().isEmpty { await Task.yield() }
        queue.close()
    }

    @Test func `A file that no message names is swept away at the start`() async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        let text = [UInt8](repeating: 7, count: Queue.largestBlob + 1)
        _ = await seal(try draft("A.1", to: ["b@x.example"], text: .bytes(text)), in: queue)
        queue.close()
        try folder.write("half", to: "queue/spool/99")
        let next = try open(folder)
        let files = try FileDescriptor.open(folder.path + "/queue/spool", [.directory])
        while try files.entries().count > 1 { await Task.yield() }
        let lease = try #require(try await next.lease("x.example", now: start, messages: 9).first)
        #expect(await bytes(lease.text) == text)
        next.close()
    }

    @Test func `A text that can't be written refuses the message, and leaves nothing`() async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        let broken = Draft.Text.file(count: 9_000_000) { file throws(SystemError) in
            try file.writeAll([1, 2])
            throw SystemError(errno: 28, call: "write")
        }
        #expect(await seal(try draft("A.1", to: ["b@x.example"], text: broken), in: queue) != nil)
        #expect(try FileDescriptor.open(folder.path + "/queue/spool", [.directory]).entries().isEmpty)
        #expect(try await queue.due(limit: 9).isEmpty)
        queue.close()
    }

    @Test func `A report is queued in the same step as the failure that it tells of`() async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        _ = await seal(try draft("A.1", to: ["b@x.example"]), in: queue)
        let lease = try #require(try await queue.lease("x.example", now: start, messages: 9).first)
        var envelope = Envelope(sender: .null)
        envelope.recipients = [Recipient(try Address(parsing: "from@a.example"))]
        let report = Draft(name: "R.1", envelope: envelope, text: .bytes([9]), arrived: start)
        try await settle(lease, .failed, in: queue, reports: [report])
        let back = try #require(try await queue.lease("a.example", now: start, messages: 9).first)
        #expect(back.envelope.sender.isNull)
        #expect(back.name == "R.1")
        queue.close()
    }

    @Test func `What was asked for with MAIL and RCPT is kept`() async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        var draft = try draft("A.1", to: [])
        var wishes = RecipientOptions()
        wishes.notice = []
        wishes.originalRecipient = .init(type: "rfc822", address: "x+y@z")
        let local = "\"a b\"@x.example"
        draft.envelope.recipients = [Recipient(try Address(parsing: local), options: wishes)]
        draft.envelope.is8Bit = true
        draft.envelope.isUTF8 = true
        var options = MailOptions()
        options.returnedContent = .headers
        options.envelopeID = "id 7"
        options.submitter = .null
        options.requiresTLS = true
        options.priority = -3
        options.deadline = .init(seconds: 600, mode: .tell, traces: true)
        draft.envelope.options = options
        _ = await seal(draft, in: queue)
        let lease = try #require(try await queue.lease("x.example", now: start + .seconds(60), messages: 9).first)
        options.deadline?.seconds = 540
        #expect(lease.envelope.options == options)
        #expect(lease.envelope.is8Bit && lease.envelope.isUTF8 && !lease.envelope.isBinary)
        #expect(lease.envelope.recipients.map(\.address.text) == [local])
        #expect(lease.envelope.recipients.map(\.options) == [wishes])
        queue.close()
    }

    @Test(
        "FUTURERELEASE holds a message back",
        arguments: [MailOptions.Hold.seconds(90), .until(secondsSinceEpoch: 1_700_000_090)]
    )
    func hold(_ hold: MailOptions.Hold) async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        var draft = try draft("A.1", to: ["b@x.example"])
        var options = MailOptions()
        options.hold = hold
        draft.envelope.options = options
        _ = await seal(draft, in: queue)
        #expect(try await queue.due(limit: 1).map(\.time) == [start + .seconds(90)])
        queue.close()
    }

    @Test(
        "What can't be read is held, with the reason, and the others are leased",
        arguments: [("message SET sender", "sender"), ("recipient SET address", "address")]
    )
    func unreadable(_ place: String, _ told: String) async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        _ = await seal(try draft("A.1", to: ["b@x.example"]), in: queue)
        _ = await seal(try draft("B.1", to: ["c@x.example"]), in: queue)
        try queue.store.writeNow { transaction throws(StoreError) in
            try transaction.run("UPDATE \(place) = 'no address at all' WHERE id = 1")
        }
        #expect(try await queue.lease("x.example", now: start, messages: 9).map(\.name) == ["B.1"])
        #expect(try await queue.due(limit: 9).isEmpty)
        let entry = try QueueView(in: folder.path + "/queue").entry("A.1")
        #expect(entry?.recipients.map(\.state) == [.held])
        #expect(entry?.recipients.first?.reply?.contains("\(told) can't be read") == true)
        queue.close()
    }

    @Test func `A recipient that was dropped is not queued`() async throws {
        let folder = try TemporaryFolder()
        let queue = try open(folder)
        var draft = try draft("A.1", to: ["b@x.example", "c@x.example"])
        draft.envelope.recipients[0].isDropped = true
        _ = await seal(draft, in: queue)
        let lease = try #require(try await queue.lease("x.example", now: start, messages: 9).first)
        #expect(lease.envelope.recipients.map(\.address.text) == ["c@x.example"])
        queue.close()
    }
}
