import Mail
import Testing

@Suite struct DeliveryReportTests {
    /// The fields of a report on one recipient, after the change.
    private func fields(
        isUTF8: Bool = false,
        _ change: (inout DeliveryReport) -> Void = { _ in },
        recipient: (inout DeliveryReport.Recipient) -> Void = { _ in }
    ) throws -> String {
        var report = try ReportSamples.report(isUTF8: isUTF8)
        recipient(&report.recipients[0])
        change(&report)
        let mail = report.mail(returning: ReportSamples.message, terms: ReportSamples.terms)
        let text = ReportSamples.content(mail.message, "message/delivery-status")
        return try #require(text ?? ReportSamples.content(mail.message, "message/global-delivery-status"))
    }

    @Test func namesTheHostTheMessageAndWhatBecameOfARecipient() throws {
        #expect(
            try fields() == """
                Reporting-MTA: dns; mx.example.org\r
                Arrival-Date: Sun, 22 Nov 2026 13:53:58 +0000\r
                \r
                Final-Recipient: rfc822; user@example.com\r
                Action: failed\r
                Status: 5.1.1\r
                Remote-MTA: dns; mx1.example.com ([192.0.2.25])\r
                Diagnostic-Code: smtp; 550 5.1.1 No such user\r
                Last-Attempt-Date: Sun, 22 Nov 2026 13:53:58 +0000\r\n
                """
        )
    }

    @Test func eachRecipientHasFieldsOfItsOwn() throws {
        let text = try fields { report in
            report.recipients.append(
                DeliveryReport.Recipient(
                    report.recipients[0].final,
                    action: .delivered,
                    status: DeliveryReport.Status(2, 0, 0)
                )
            )
        }
        #expect(
            text.hasSuffix(
                "+0000\r\n\r\nFinal-Recipient: rfc822; user@example.com\r\nAction: delivered\r\nStatus: 2.0.0\r\n"
            )
        )
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let change: @Sendable (inout DeliveryReport) -> Void
        let field: String
        var isUTF8 = false

        var testDescription: String { name }
    }

    private static func row(
        _ name: String,
        _ field: String,
        isUTF8: Bool = false,
        _ change: @escaping @Sendable (inout DeliveryReport.Recipient) -> Void
    ) -> Row {
        Row(name: name, change: { change(&$0.recipients[0]) }, field: field, isUTF8: isUTF8)
    }

    private static func original(_ type: String, _ text: String) -> RecipientOptions.OriginalRecipient {
        RecipientOptions.OriginalRecipient(type: type, address: text)
    }

    static let rows: [Row] = [
        Row(
            name: "ENVID as it was before xtext",
            change: { $0.envelopeID = "a+b=c 1" },
            field: "Original-Envelope-Id: a+b=c 1"
        ),
        Row(
            name: "ENVID with a line end",
            change: { $0.envelopeID = "a\r\nb: c" },
            field: "Original-Envelope-Id: a  b: c"
        ),
        Row(
            name: "a host's name that is none",
            change: { $0.reportingHost = "a b\r\n" },
            field: "Reporting-MTA: dns; a-b"
        ),
        row("ORCPT", "Original-Recipient: rfc822; Old+name@example.net") {
            $0.original = original("rfc822", "Old+name@example.net")
        },
        row("ORCPT of another type", "Original-Recipient: x400; /G=A/S=B") {
            $0.original = original("X400", "/G=A/S=B")
        },
        row("ORCPT with a line end", "Original-Recipient: rfc822x; a Action: delivered") {
            $0.original = original("rfc822\r\nX", "a\nAction: delivered")
        },
        row("ORCPT in UTF-8 where only ASCII may stand", #"Original-Recipient: utf-8; b\x{FC}ro\x{2B}\x{5C}@x.org"#) {
            $0.original = original("utf-8", "büro+\\@x.org")
        },
        row("ORCPT in UTF-8", "Original-Recipient: utf-8; büro+@x.org", isUTF8: true) {
            $0.original = original("utf-8", "büro+@x.org")
        },
        row("a quoted local part", #"Final-Recipient: rfc822; "a  b"@example.com"#) {
            $0.final = (try? Address(local: "a  b", domain: "example.com")) ?? .null
        },
        row("a recipient beyond ASCII where only ASCII may stand", #"Final-Recipient: utf-8; \x{7528}@example.com"#) {
            $0.final = (try? Address(local: "用", domain: "example.com")) ?? .null
        },
        row("a recipient beyond ASCII", "Final-Recipient: utf-8; 用@example.com", isUTF8: true) {
            $0.final = (try? Address(local: "用", domain: "example.com")) ?? .null
        },
        row("an address alone", "Remote-MTA: dns; [IPv6:2001:db8::1]") {
            $0.remoteHost = nil
            $0.remoteIP = "2001:db8::1"
        },
        row("an address as the name", "Remote-MTA: dns; [192.0.2.1]") {
            $0.remoteHost = "192.0.2.1"
            $0.remoteIP = "192.0.2.1"
        },
        row("an address that is none", "Remote-MTA: dns; mx1.example.com") { $0.remoteIP = "1)\r\nX: y" },
        row("a reply of several lines", "Diagnostic-Code: smtp; 550-5.7.1 One\r\n 550-5.7.1 Two\r\n 550 5.7.1 Three") {
            $0.diagnostic = .smtp(code: 550, status: DeliveryReport.Status(5, 7, 1), text: "One\nTwo\r\nThree\n")
        },
        row("a reply without a word", "Diagnostic-Code: smtp; 554") {
            $0.diagnostic = .smtp(code: 554, status: nil, text: "")
        },
        row("a reply beyond ASCII", "Diagnostic-Code: smtp; 550 Gibt's nicht: B?ro") {
            $0.diagnostic = .smtp(code: 550, status: nil, text: "Gibt's nicht: Büro")
        },
        row("what no host said", "Diagnostic-Code: x-haraka; the connection was refused") {
            $0.diagnostic = .local("the connection was refused")
        },
        row("a delay", "Will-Retry-Until: Sun, 22 Nov 2026 13:53:58 +0000") {
            $0.action = .delayed
            $0.retryUntil = ReportSamples.date
        },
        row("an action", "Action: expanded") { $0.action = .expanded },
    ]

    @Test("what is known stands in its field", arguments: rows)
    func field(_ row: Row) throws {
        let text = try fields(isUTF8: row.isUTF8, row.change)
        #expect("\r\n\(text)".contains("\r\n\(row.field)\r\n"), "\(text)")
    }

    @Test func whatIsUnknownIsLeftOut() throws {
        let text = try fields {
            $0.arrival = nil
        } recipient: {
            $0.remoteHost = nil
            $0.remoteIP = nil
            $0.diagnostic = nil
            $0.lastAttempt = nil
            $0.retryUntil = ReportSamples.date
        }
        #expect(
            text == """
                Reporting-MTA: dns; mx.example.org\r
                \r
                Final-Recipient: rfc822; user@example.com\r
                Action: failed\r
                Status: 5.1.1\r\n
                """
        )
    }

    @Test("a long reply is folded, and is the same when unfolded", arguments: [78, 200, 998, 5000, 100_000])
    func folds(_ length: Int) throws {
        let reply = String(repeating: "no such user ", count: length / 13 + 1) + "end"
        let text = try fields { _ in
        } recipient: {
            $0.diagnostic = .smtp(code: 550, status: nil, text: reply)
        }
        for line in ReportSamples.lines(Array(text.utf8)) { #expect(line.count <= 78) }
        #expect(text.replacing("\r\n ", with: " ").contains("Diagnostic-Code: smtp; 550 \(reply)\r\n"))
    }

    @Test("a word longer than a line may be is parted", arguments: [997, 998, 5000])
    func parts(_ length: Int) throws {
        let word = String(repeating: "x", count: length)
        let text = try fields { _ in
        } recipient: {
            $0.diagnostic = .local(word)
        }
        for line in ReportSamples.lines(Array(text.utf8)) { #expect(line.count <= 998) }
        #expect(text.replacing("\r\n ", with: "").contains(word))
    }
}
