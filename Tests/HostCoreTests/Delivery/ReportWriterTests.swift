import Mail
import Outbound
import SMTP
import Testing

@testable import HostCore
@testable import Queue

/// Who is told what, when, and how often: RFC 3461 §5.2.
struct ReportWriterTests {
    private static let taken = Reply(250, EnhancedCode(2, 1, 5), "taken")
    private static let later = Reply(451, EnhancedCode(4, 7, 1), "Greylisted")
    private static let never = Reply(550, EnhancedCode(5, 1, 1), "No such user")
    private static let soon = Delivery.Fate.deferred(until: ReportStage.start + .seconds(9000))

    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        var notice: RecipientOptions.Notice?
        var fate = Delivery.Fate.delivered
        var handover: Handover? = .silent
        var age = 0
        let kinds: [DeliveryReport.Kind]
        var testDescription: String { name }
    }

    @Test(arguments: [
        Row(name: "delivered, and nobody asked", kinds: []),
        Row(name: "relayed, asked", notice: .success, kinds: [.relayed]),
        Row(name: "delivered into the mailbox, asked", notice: .success, handover: .final, kinds: [.success]),
        Row(name: "the host reports itself", notice: .success, handover: .reporting, kinds: []),
        Row(name: "nobody knows the host", notice: .success, handover: nil, kinds: [.relayed]),
        Row(name: "only failures are asked for", notice: .failure, kinds: []),
        Row(name: "failed", fate: .failed, kinds: [.failure]),
        Row(name: "failed, never asked", notice: [], fate: .failed, kinds: []),
        Row(name: "failed, only success asked", notice: .success, fate: .failed, kinds: []),
        Row(name: "late", fate: soon, age: 3600, kinds: [.delay]),
        Row(name: "late, asked", notice: [.failure, .delay], fate: soon, age: 3600, kinds: [.delay]),
        Row(name: "late, not asked", notice: .failure, fate: soon, age: 3600, kinds: []),
        Row(name: "not late yet", fate: soon, age: 3599, kinds: []),
    ])
    func `What is told follows NOTIFY`(row: Row) async throws {
        var stage = ReportStage()
        stage.notices = [row.notice]
        let reports = try await stage.reports([(row.fate, Self.taken, row.handover)], after: row.age)
        #expect(reports.map(\.kind) == row.kinds)
        for report in reports {
            #expect(report.draft.envelope.sender.isNull)
            #expect(report.draft.envelope.recipients.map(\.address.text) == ["anna@example.org"])
            #expect(report.draft.warned == (report.kind == .delay ? [0] : []))
        }
    }

    @Test func `A delay is told once, and never where delay_notice is none`() async throws {
        var stage = ReportStage()
        stage.isWarned = true
        #expect(try await stage.reports([(Self.soon, Self.later, nil)], after: 9999).isEmpty)
        stage.isWarned = false
        stage.facts.delayNotice = nil
        #expect(try await stage.reports([(Self.soon, Self.later, nil)], after: 9999).isEmpty)
    }

    @Test func `Nobody hears of mail from nobody, or of a report`() async throws {
        var stage = ReportStage()
        stage.sender = ""
        #expect(try await stage.reports([(.failed, Self.never, nil)]).isEmpty)
        stage.sender = "anna@example.org"
        stage.text = "Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x--\r\n"
        #expect(try await stage.reports([(.failed, Self.never, nil)]).isEmpty)
    }

    @Test func `Each kind has a report of its own about those whom it concerns`() async throws {
        var stage = ReportStage()
        stage.notices = [nil, [.success], [.success], nil]
        let reports = try await stage.reports(
            [
                (.failed, Self.never, nil), (.delivered, Self.taken, .silent), (.delivered, Self.taken, .final),
                (Self.soon, Self.later, nil),
            ],
            after: 5000
        )
        #expect(reports.map(\.kind) == [.failure, .delay, .success, .relayed])
        let texts = reports.map(ReportStage.text)
        for (text, (address, action, status)) in zip(
            texts,
            [
                ("u0", "failed", "5.1.1"), ("u3", "delayed", "4.7.1"), ("u2", "delivered", "2.1.5"),
                ("u1", "relayed", "2.1.5"),
            ]
        ) {
            #expect(
                text.contains(
                    "Final-Recipient: rfc822; \(address)@x.example\r\nAction: \(action)\r\nStatus: \(status)\r\n"
                )
            )
            #expect(text.components("Final-Recipient:") == 2)
        }
        #expect(texts[1].contains("Will-Retry-Until: "))
        #expect(reports[1].draft.warned == [3])
    }

    @Test(arguments: [(MailOptions.ReturnedContent?.none, false), (.headers, false), (.full, true)])
    func `RET and ENVID are obeyed`(content: MailOptions.ReturnedContent?, isWhole: Bool) async throws {
        var stage = ReportStage()
        var options = MailOptions()
        options.returnedContent = content
        options.envelopeID = "QQ314159"
        stage.options = options
        let text = ReportStage.text(try await stage.reports([(.failed, Self.never, nil)]).first)
        #expect(text.contains("\r\nOriginal-Envelope-Id: QQ314159\r\n"))
        #expect(text.contains("At noon?") == isWhole)
        #expect(text.contains("Subject: Lunch\r\n"))
    }

    @Test func `Every host that was tried is named with what came of it, and programs learn of the last that spoke`()
        async throws
    {
        let stage = ReportStage()
        let lease = try stage.lease()
        let delivery = Delivery(
            lease,
            0,
            .failed,
            reason: "mx1.x.example: 451; mx2.x.example: 452; mx3.x.example: refused",
            status: EnhancedCode(4, 4, 1),
            host: "mx3.x.example",
            trials: [
                Trial(host: "mx1.x.example", reply: Self.later, reason: "451"),
                Trial(host: "mx2.x.example", reply: Reply(452, EnhancedCode(4, 3, 1), "No room"), reason: "452"),
                Trial(host: "mx3.x.example", reply: nil, reason: "connection refused"),
            ]
        )
        let writer = ReportWriter { stage.facts }
        let text = ReportStage.text(await writer.reports(lease, [delivery], at: ReportStage.start).first)
        #expect(text.contains("\r\nRemote-MTA: dns; mx2.x.example\r\nDiagnostic-Code: smtp; 452 4.3.1 No room\r\n"))
        let date = MailDate(secondsSinceEpoch: ReportStage.start.secondsSinceEpoch).text
        let words = [
            "        mx1.x.example, \(date):\r\n            451 4.7.1 Greylisted\r\n",
            "        mx2.x.example, \(date):\r\n            452 4.3.1 No room\r\n",
            "        mx3.x.example, \(date):\r\n            connection refused\r\n",
        ]
        #expect(text.contains("    What was tried:\r\n" + words.joined()))
    }

    @Test(arguments: [
        (0, 90, false), (90, 90, true), (89, 90, false), (300_000, 300_000, true), (300_000, 300_001, false),
    ])
    func `A message comes back whole when it has no more bytes than the setting says`(
        limit: Int,
        size: Int,
        isWhole: Bool
    ) async throws {
        var stage = ReportStage()
        let head = "Subject: Lunch\r\n\r\n"
        let line = String(repeating: "x", count: 58) + "\r\n"
        let body = size - head.utf8.count
        stage.text = head + String(repeating: line, count: body / 60)
        stage.text += String(repeating: "y", count: size - stage.text.utf8.count - 2) + "\r\n"
        #expect(stage.text.utf8.count == size)
        stage.facts.returnedBytes = limit
        var options = MailOptions()
        options.returnedContent = .full
        stage.options = options
        let text = ReportStage.text(try await stage.reports([(.failed, Self.never, nil)]).first)
        #expect(text.contains("y\r\n") == isWhole)
        #expect(text.contains("Subject: Lunch\r\n"))
    }

    @Test func `A template speaks of failures, and of nothing else`() async throws {
        var stage = ReportStage()
        stage.facts.template = ReportTemplate(
            "From: MAILER-DAEMON@{me}\nTo: {from}\nSubject: failure notice\nMessage-Id: {msgid}\n\nHi {from}, {reason} ({pid})\n"
        )
        stage.notices = [nil, [.success]]
        let reports = try await stage.reports([(.failed, Self.never, nil), (.delivered, Self.taken, .silent)])
        let texts = reports.map(ReportStage.text)
        #expect(texts[0].contains("From: MAILER-DAEMON@mx.example.org\r\n"))
        #expect(texts[0].contains("Subject: failure notice\r\n"))
        #expect(texts[0].contains("Hi <anna@example.org>, mx.x.example said: 550 5.1.1 No such user (4711)"))
        #expect(texts[1].contains("Subject: Passed on: Lunch\r\n"))
    }
}

extension String {
    /// How many pieces there are between these words.
    fileprivate func components(_ separator: String) -> Int { ranges(of: separator).count + 1 }
}
