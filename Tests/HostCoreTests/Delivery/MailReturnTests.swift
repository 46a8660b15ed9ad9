import Mail
import System
import Testing

@testable import HostCore
@testable import Queue

/// Mail that an administrator gives back.
struct MailReturnTests {
    private let start = QueueTime(secondsSinceEpoch: 1_700_000_000)

    private func seal(_ name: String, from sender: String, to recipients: [String], in queue: Queue) async throws {
        var envelope = Envelope(sender: sender.isEmpty ? .null : try Address(parsing: sender))
        for recipient in recipients { envelope.recipients.append(Recipient(try Address(parsing: recipient))) }
        let text = Array("Subject: x\r\n\r\nhi\r\n".utf8)
        let draft = Draft(name: name, envelope: envelope, text: .bytes(text), arrived: start)
        let error = await withCheckedContinuation { done in queue.seal(draft) { done.resume(returning: $0) } }
        #expect(error == nil)
    }

    @Test func `Each sender is told once, and reports are not given up with it`() async throws {
        let folder = try Folders()
        let queue = try Queue(in: folder.path + "/queue") { _ in }
        try await seal("A.1", from: "a@a.example", to: ["b@x.example", "c@x.example", "d@y.example"], in: queue)
        try await seal("B.1", from: "", to: ["e@x.example"], in: queue)
        _ = try await queue.hold(QueueFilter(message: "B.1"))
        let log = DeliveryLog(
            log: try LogSink(level: .emerg, format: .plain, timestamps: false, outputs: []),
            writer: ReportWriter { ReportFacts(hostname: "mx.example.org") }
        )
        let start = start
        let mailReturn = MailReturn(queue: queue, log: log, clock: { start + .seconds(1) })
        let change = try await mailReturn.giveUp(
            QueueFilter(),
            because: "given up by the administrator: the host is gone"
        )
        #expect(change == QueueChange(changed: 4))
        let view = try QueueView(in: folder.path + "/queue")
        let lines = try view.list(QueueFilter(), after: 0, limit: 99)
        // One for each destination, and none about mail from nobody.
        #expect(lines.map(\.recipient.address) == ["a@a.example", "a@a.example"])
        #expect(lines.allSatisfy { $0.message.sender.isEmpty })
        let lease = try #require(try await queue.lease("a.example", now: start + .seconds(9), messages: 1).first)
        let text = await withCheckedContinuation { done in
            lease.text.read(0..<lease.text.count) { done.resume(returning: $0 ?? []) }
        }
        let report = String(decoding: text, as: UTF8.self)
        #expect(report.contains("Diagnostic-Code: x-haraka; given up by the administrator: the host is gone\r\n"))
        #expect(try await mailReturn.giveUp(QueueFilter(message: "A.1"), because: "no").isEmpty)
        queue.close()
    }
}
