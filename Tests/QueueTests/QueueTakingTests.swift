import Mail
import Support
import Testing

@testable import Queue

/// Mail that is taken to be given up, and what is written down with reports.
struct QueueTakingTests {
    private let start = QueueStage.start

    @Test func `Those who are meant are taken, due or not, one lease for each destination`() async throws {
        let stage = try QueueStage()
        let queue = stage.queue
        try await stage.seal("A.1", to: ["b@x.example", "c@y.example", "d@x.example"])
        try await stage.seal("B.1", to: ["e@x.example"])
        _ = try await queue.hold(QueueStage.filter { $0.recipient = "d@x.example" })
        let leases = try #require(try await queue.take(QueueFilter(message: "A.1"), now: start + .seconds(-60))).leases
        #expect(leases.map(\.destination) == ["x.example", "y.example"])
        #expect(leases.first?.envelope.recipients.map(\.address.text) == ["b@x.example", "d@x.example"])
        #expect(try stage.recipients("A.1").allSatisfy { $0.state == .leased })
        #expect(try await queue.take(QueueFilter(message: "A.1"), now: start) == nil)
        #expect(try await queue.lease("x.example", now: start, messages: 9).map(\.name) == ["B.1"])
        for lease in leases {
            let all = lease.entries.map { Settlement(entry: $0.id, fate: .failed, host: nil, reason: "given up") }
            try await queue.settle(all, of: lease, at: start)
        }
        #expect(try stage.view().entry("A.1") == nil)
        queue.close()
    }

    @Test func `When the process ends before, who waited waits and who was held is held`() async throws {
        let stage = try QueueStage()
        try await stage.seal("A.1", to: ["b@x.example", "c@y.example"])
        _ = try await stage.queue.hold(QueueStage.filter { $0.destination = "y.example" })
        _ = try await stage.queue.take(QueueFilter(), now: start)
        stage.queue.close()
        let next = try Queue(in: stage.folder.path + "/queue") { _ in }
        #expect(try stage.recipients("A.1").map(\.state) == [.waiting, .held])
        #expect(try await next.due(limit: 9).map(\.destination) == ["x.example"])
        next.close()
    }

    @Test func `That a sender was told of a delay is written down with the report`() async throws {
        let stage = try QueueStage()
        let queue = stage.queue
        try await stage.seal("A.1", to: ["b@x.example"])
        let lease = try #require(try await queue.lease("x.example", now: start, messages: 9).first)
        #expect(!lease.entries[0].isWarned)
        let envelope = Envelope(sender: .null, recipients: [Recipient(try Address(parsing: "from@a.example"))])
        var report = Draft(name: "R", envelope: envelope, text: .bytes([7]), arrived: start)
        report.warned = lease.entries.map(\.id)
        let late = Settlement(entry: lease.entries[0].id, fate: .deferred(until: start), host: nil, reason: "later")
        try await queue.settle([late], of: lease, at: start, reports: [report])
        queue.close()
        let next = try Queue(in: stage.folder.path + "/queue") { _ in }
        #expect(try stage.recipients("A.1").map(\.warned) == [start])
        #expect(try stage.listed() == ["b@x.example", "from@a.example"])
        #expect(try await next.lease("x.example", now: start, messages: 9).first?.entries.map(\.isWarned) == [true])
        next.close()
    }
}
