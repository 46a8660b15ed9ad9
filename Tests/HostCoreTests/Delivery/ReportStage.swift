import Mail
import Outbound
import SMTP

@testable import HostCore
@testable import Queue

/// A message under way, what became of it, and the reports that come of that.
struct ReportStage {
    static let start = QueueTime(secondsSinceEpoch: 1_700_000_000)
    static let text = "From: anna@example.org\r\nSubject: Lunch\r\nMessage-ID: <m1@client.example>\r\n\r\nAt noon?\r\n"

    var facts = ReportFacts(hostname: "mx.example.org", delayNotice: .seconds(3600), processID: 4711)
    var sender = "anna@example.org"
    var notices: [RecipientOptions.Notice?] = [nil]
    var options: MailOptions?
    var isWarned = false
    var text = Self.text

    func lease() throws -> Lease {
        var envelope = Envelope(sender: sender.isEmpty ? .null : try Address(parsing: sender), options: options)
        for (place, notice) in notices.enumerated() {
            var wishes: RecipientOptions?
            if let notice {
                wishes = RecipientOptions()
                wishes?.notice = notice
            }
            envelope.recipients.append(Recipient(try Address(parsing: "u\(place)@x.example"), options: wishes))
        }
        return Lease(
            message: 1,
            name: "A.1",
            destination: "x.example",
            envelope: envelope,
            entries: notices.indices.map { Lease.Entry(id: Int64($0), attempts: 1, isWarned: isWarned) },
            arrived: Self.start,
            text: QueuedText(place: .memory(Array(text.utf8)), count: text.utf8.count),
            notes: nil
        )
    }

    /// The reports about these fates, so many seconds after the message came.
    func reports(_ fates: [(Delivery.Fate, Reply, Handover?)], after seconds: Int = 0) async throws -> [WrittenReport] {
        let lease = try lease()
        let deliveries = fates.enumerated().map { place, fate in
            Delivery(
                lease,
                place,
                fate.0,
                reason: "\(fate.1)",
                status: fate.1.enhanced,
                reply: fate.1,
                host: "mx.x.example",
                handover: fate.2
            )
        }
        return await ReportWriter { facts }.reports(lease, deliveries, at: Self.start + .seconds(seconds))
    }

    static func text(_ report: WrittenReport?) -> String {
        guard case .bytes(let bytes)? = report?.draft.text else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}
