import Mail
import Testing

@Suite struct ReportRulesTests {
    typealias Outcome = ReportRules.Outcome

    struct Row: Sendable, CustomTestStringConvertible {
        let notice: RecipientOptions.Notice?
        /// In the order of the outcomes.
        let kinds: [DeliveryReport.Kind?]

        var testDescription: String { "\(notice.map { "\($0.rawValue)" } ?? "nothing")" }
    }

    // RFC 3461 §4.1, §5.2.
    static let rows = [
        //                        delivered  handedOn relayed   expanded   failed    delayed
        Row(notice: nil, kinds: [nil, nil, nil, nil, .failure, .delay]),
        Row(notice: [], kinds: [nil, nil, nil, nil, nil, nil]),
        Row(notice: .failure, kinds: [nil, nil, nil, nil, .failure, nil]),
        Row(notice: .delay, kinds: [nil, nil, nil, nil, nil, .delay]),
        Row(notice: .success, kinds: [.success, nil, .relayed, .expanded, nil, nil]),
        Row(notice: [.failure, .delay], kinds: [nil, nil, nil, nil, .failure, .delay]),
        Row(notice: [.success, .failure], kinds: [.success, nil, .relayed, .expanded, .failure, nil]),
        Row(notice: [.success, .failure, .delay], kinds: [.success, nil, .relayed, .expanded, .failure, .delay]),
    ]

    @Test("the sender hears what NOTIFY asks for", arguments: rows)
    func notice(_ row: Row) throws {
        let sender = try Address(parsing: "anna@example.org")
        for (outcome, kind) in zip(Outcome.allCases, row.kinds) {
            #expect(
                ReportRules.report(on: outcome, notice: row.notice, sender: sender, isReport: false) == kind,
                "\(outcome)"
            )
        }
    }

    @Test("nobody is told about a report, nor where there is nobody", arguments: rows)
    func reports(_ row: Row) throws {
        let sender = try Address(parsing: "anna@example.org")
        for outcome in Outcome.allCases {
            #expect(ReportRules.report(on: outcome, notice: row.notice, sender: sender, isReport: true) == nil)
            #expect(ReportRules.report(on: outcome, notice: row.notice, sender: .null, isReport: false) == nil)
        }
    }

    @Test(
        "a report is known by its type",
        arguments: [
            ("multipart/report; report-type=delivery-status; boundary=b", true),
            ("Multipart/Report;\r\n\tReport-Type=\"Delivery-Status\"", true), ("multipart/report; boundary=b", true),
            ("multipart/report; report-type=feedback-report", false), ("multipart/mixed; boundary=b", false),
            ("text/plain", false), ("", false),
        ]
    )
    func isReport(_ type: String, _ isReport: Bool) {
        #expect(ReportRules.isReport(HeaderBlock(Array("Content-Type: \(type)\r\n\r\n".utf8))) == isReport)
    }

    @Test func whatIsWrittenIsKnownAsAReport() throws {
        for kind in DeliveryReport.Kind.allCases {
            let mail = try ReportSamples.report(kind).mail(
                returning: ReportSamples.message,
                terms: ReportSamples.terms
            )
            #expect(ReportRules.isReport(ReportSamples.header(mail.message)))
        }
    }

    struct Return: Sendable {
        let wish: MailOptions.ReturnedContent?
        let action: DeliveryReport.Recipient.Action
        var requiresTLS = false
        let unasked: MailOptions.ReturnedContent
        let result: MailOptions.ReturnedContent
    }

    @Test(
        "all of a message comes back with failures only, and never if it needed TLS",
        arguments: [
            Return(wish: .full, action: .failed, unasked: .headers, result: .full),
            Return(wish: .headers, action: .failed, unasked: .full, result: .headers),
            Return(wish: nil, action: .failed, unasked: .full, result: .full),
            Return(wish: nil, action: .failed, unasked: .headers, result: .headers),
            Return(wish: .full, action: .failed, requiresTLS: true, unasked: .full, result: .headers),
            Return(wish: .full, action: .delayed, unasked: .full, result: .headers),
            Return(wish: .full, action: .delivered, unasked: .full, result: .headers),
            Return(wish: .full, action: .relayed, unasked: .full, result: .headers),
            Return(wish: .full, action: .expanded, unasked: .full, result: .headers),
        ]
    )
    func returned(_ row: Return) throws {
        var options = MailOptions()
        options.returnedContent = row.wish
        options.requiresTLS = row.requiresTLS
        let recipients = [
            try ReportSamples.recipient("a@example.com", row.action)
        ]
        let report = try ReportSamples.report(options: options, recipients: recipients)
        #expect(ReportRules.returned(report, unasked: row.unasked) == row.result)
    }
}
