import Mail
import Support
import System
import Testing

@testable import Queue

/// Reports that are queued with the fates that they are about.
struct QueueReportTests {
    private let start = QueueStage.start

    private func report(_ name: String, size: Int = 3, about warned: [Int64] = []) throws -> Draft {
        let envelope = Envelope(sender: .null, recipients: [Recipient(try Address(parsing: "from@a.example"))])
        let text = Draft.Text.bytes(Array(repeating: 7, count: size))
        var draft = Draft(name: name, envelope: envelope, text: text, arrived: start)
        draft.warned = warned
        return draft
    }

    /// As after an error of a disk that had it all the same.
    @Test(arguments: [Settlement.Fate.failed, .delivered, .deferred(until: QueueStage.start + .seconds(900))])
    func `Fates that are written down again bring no report again`(fate: Settlement.Fate) async throws {
        let stage = try QueueStage()
        let queue = stage.queue
        for others in [["c@y.example"], []] {
            let name = "A.\(others.count)"
            try await stage.seal(name, to: ["b@x.example"] + others)
            let lease = try #require(try await queue.lease("x.example", now: start, messages: 9).first)
            let fates = lease.entries.map { Settlement(entry: $0.id, fate: fate, host: nil, reason: "said") }
            try await queue.settle(fates, of: lease, at: start, reports: [report("R.\(name)")])
            // It may have gone out in between.
            let sent = try #require(try await queue.lease("a.example", now: start, messages: 9).first)
            let end = Settlement(entry: sent.entries[0].id, fate: .delivered, host: nil, reason: "")
            try await queue.settle([end], of: sent, at: start)
            try await queue.settle(fates, of: lease, at: start, reports: [report("S.\(name)")])
            #expect(try await queue.lease("a.example", now: start, messages: 9).isEmpty)
        }
        queue.close()
    }

    @Test func `A report is as big as it needs to be`() async throws {
        let stage = try QueueStage()
        let queue = stage.queue
        try await stage.seal("A.1", to: ["b@x.example"])
        let lease = try #require(try await queue.lease("x.example", now: start, messages: 9).first)
        let fates = lease.entries.map { Settlement(entry: $0.id, fate: .failed, host: nil, reason: "no") }
        let size = 3 * Queue.largestBlob
        try await queue.settle(fates, of: lease, at: start, reports: [report("R.1", size: size)])
        queue.close()
        let next = try Queue(in: stage.folder.path + "/queue") { _ in }
        let sent = try #require(try await next.lease("a.example", now: start, messages: 9).first)
        #expect(sent.text.count == size)
        let bytes = await withCheckedContinuation { continuation in
            sent.text.read(0..<size) { continuation.resume(returning: $0) }
        }
        #expect(bytes == Array(repeating: 7, count: size))
        next.close()
    }

    @Test func `A report in a file is a mistake`() async {
        await #expect(processExitsWith: .failure) {
            let stage = try QueueStage()
            try await stage.seal("A.1", to: ["b@x.example"])
            let lease = try #require(
                try await stage.queue.lease("x.example", now: QueueStage.start, messages: 9).first
            )
            let text = Draft.Text.file(count: 1) { _ in }
            let draft = Draft(name: "R.1", envelope: lease.envelope, text: text, arrived: QueueStage.start)
            try await stage.queue.settle([], of: lease, at: QueueStage.start, reports: [draft])
        }
    }
}
