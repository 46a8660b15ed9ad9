import Support
import System
import Testing

@testable import Queue

/// Mail that is taken out, had back, or gone for good.
struct QueueDeletionTests {
    private let start = QueueStage.start
    private let end = QueueStage.start + .seconds(600)

    @Test func `What is deleted is not tried, and comes back as it was`() async throws {
        let stage = try QueueStage()
        let queue = stage.queue
        try await stage.seal("A.1", to: ["b@x.example", "c@y.example"])
        _ = try await queue.hold(QueueStage.filter { $0.recipient = "c@y.example" })
        #expect(try await queue.delete(QueueFilter(message: "A.1"), until: end) == QueueChange(changed: 2))
        #expect(try await queue.due(limit: 9).isEmpty)
        #expect(try stage.listed().isEmpty)
        #expect(try stage.listed(QueueStage.filter { $0.state = .deleted }) == ["b@x.example", "c@y.example"])
        #expect(try stage.recipients("A.1").map(\.due) == [end, end])
        #expect(try stage.view().statistics().messages == 0)
        #expect(try await queue.delete(QueueFilter(message: "A.1"), until: end).isEmpty)
        #expect(try await queue.retry(QueueFilter(), now: start).isEmpty)

        let later = start + .seconds(60)
        #expect(try await queue.undelete(QueueFilter(message: "A.1"), now: later) == QueueChange(changed: 2))
        #expect(try stage.recipients("A.1").map(\.state) == [.waiting, .held])
        #expect(try await queue.due(limit: 9) == [.init(destination: "x.example", time: later)])
        #expect(try await queue.undelete(QueueFilter(message: "A.1"), now: later).isEmpty)
        queue.close()
    }

    @Test func `It goes for good when its time has come, and takes the message along`() async throws {
        let stage = try QueueStage()
        let queue = stage.queue
        try await stage.seal("A.1", to: ["b@x.example", "c@y.example"])
        try await stage.seal("B.1", to: ["d@z.example"])
        _ = try await queue.delete(QueueStage.filter { $0.destination = "x.example" }, until: end)
        _ = try await queue.delete(QueueFilter(message: "B.1"), until: end + .seconds(1))
        #expect(try await queue.purge(endedBefore: end + .milliseconds(-1)) == 0)
        #expect(try await queue.purge(endedBefore: end) == 1)
        #expect(try stage.recipients("A.1").map(\.address) == ["c@y.example"])
        #expect(try stage.view().entry("B.1") != nil)
        #expect(try await queue.purge(endedBefore: end + .seconds(1)) == 1)
        #expect(try stage.view().entry("B.1") == nil)
        let lease = try #require(try await queue.lease("y.example", now: start, messages: 9).first)
        let settlement = Settlement(entry: lease.entries[0].id, fate: .delivered, host: nil, reason: "")
        try await queue.settle([settlement], of: lease, at: start)
        #expect(try stage.view().entry("A.1") == nil)
        queue.close()
    }

    @Test func `Others of a message are delivered while some of it are deleted`() async throws {
        let stage = try QueueStage()
        let queue = stage.queue
        try await stage.seal("A.1", to: ["b@x.example", "c@y.example"])
        _ = try await queue.delete(QueueStage.filter { $0.destination = "x.example" }, until: end)
        let lease = try #require(try await queue.lease("y.example", now: start, messages: 9).first)
        #expect(try await queue.delete(QueueFilter(message: "A.1"), until: end) == QueueChange(leased: 1))
        let settlement = Settlement(entry: lease.entries[0].id, fate: .delivered, host: nil, reason: "")
        try await queue.settle([settlement], of: lease, at: start)
        // The text is kept for who is deleted.
        #expect(try stage.recipients("A.1").map(\.state) == [.deleted, .delivered])
        _ = try await queue.undelete(QueueFilter(message: "A.1"), now: start)
        #expect(try await queue.lease("x.example", now: start, messages: 9).first?.text.count == 3)
        queue.close()
    }

    @Test func `To purge takes everything that is meant, deleted before or not`() async throws {
        let stage = try QueueStage()
        let queue = stage.queue
        for number in 1...5 { try await stage.seal("A.\(number)", to: ["b@x.example", "c@\(number).example"]) }
        _ = try await queue.delete(QueueFilter(message: "A.1"), until: end)
        #expect(
            try await queue.purge(
                QueueStage.filter {
                    $0.state = .deleted; $0.destination = "x.example"
                }
            ).changed == 1
        )
        #expect(try await queue.purge(QueueStage.filter { $0.destination = "x.example" }).changed == 4)
        #expect(try stage.listed().count == 4)
        #expect(try await queue.purge(QueueFilter()).changed == 5)
        #expect(try stage.view().statistics() == .empty)
        #expect(try await queue.due(limit: 9).isEmpty)
        queue.close()
    }
}
