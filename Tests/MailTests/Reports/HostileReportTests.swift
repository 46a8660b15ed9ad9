import Mail
import Testing

/// Whatever replies, subjects and addresses hold, a report has the fields and parts that it should have.
@Suite struct HostileReportTests {
    private static let texts = [
        "", " ", "\r\n", "\r\nX-Evil: 1", "\nX-Evil: 1", "\rX-Evil: 1", "\r\n\r\n<script>", "\0", "a\0b", "\u{1B}[31m",
        "\u{85}X-Evil: 1", "\u{2028}X-Evil: 1", "\u{2029}", "\u{202E}live", "\r\n--=_", "--", "\r\n.\r\n",
        "=?UTF-8?Q?=0D=0AX-Evil:_1?=", "=?utf-8?B?DQpYLUV2aWw6IDE=?=", "=?UTF-8?Q?", "?=", "=?x?q?y?=", "\"", "\\", "(",
        ")", "<", ">", "<!--", "&amp;", "{pid}", "{subject}", ";", ":", "Action: delivered",
        "\r\n\r\nAction: delivered",
        "Content-Type: text/html", "ü", "用户", "👩‍👩‍👧", "e\u{301}", "\u{FFFD}", "\u{FEFF}", "\t", "  ", "x",
        String(repeating: "x", count: 1200), String(repeating: "ü", count: 700), String(repeating: "a ", count: 600),
        String(repeating: " ", count: 1200), String(repeating: "\r\n", count: 50),
    ]
    private static let bytes: [[UInt8]] = [
        [0xFF, 0xFE], [0xC3], [0xED, 0xA0, 0x80], [0x80], [0x0A], [0x0D], [0x00], [0x0D, 0x0A, 0x20], Array("x".utf8),
        Array("Subject: y\r\n".utf8), Array("\r\n\r\n".utf8), [0x0D, 0x0A], Array(repeating: 0x78, count: 1200),
    ]
    private static let fieldNames: Set = [
        "Original-Envelope-Id", "Reporting-MTA", "Arrival-Date", "Original-Recipient", "Final-Recipient", "Action",
        "Status", "Remote-MTA", "Diagnostic-Code", "Last-Attempt-Date", "Will-Retry-Until",
    ]

    private func text(_ random: inout SeededGenerator) -> String {
        (0..<Int.random(in: 1...3, using: &random)).map { _ in Self.texts.randomElement(using: &random) ?? "" }.joined()
    }

    private func address(_ random: inout SeededGenerator) -> Address {
        (try? Address(local: text(&random), domain: "example.com")) ?? (try? Address(parsing: "ü@example.com")) ?? .null
    }

    private func diagnostic(_ random: inout SeededGenerator) -> DeliveryReport.Diagnostic {
        Bool.random(using: &random)
            ? .local(text(&random)) : .smtp(code: 550, status: DeliveryReport.Status(5, 1, 1), text: text(&random))
    }

    private func recipient(_ random: inout SeededGenerator) -> DeliveryReport.Recipient {
        let attempts = (0..<Int.random(in: 0...2, using: &random)).map { _ in
            DeliveryReport.Attempt(
                host: text(&random),
                ip: text(&random),
                date: ReportSamples.date,
                diagnostic: diagnostic(&random)
            )
        }
        return DeliveryReport.Recipient(
            address(&random),
            original: RecipientOptions.OriginalRecipient(
                type: Bool.random(using: &random) ? "utf-8" : text(&random),
                address: text(&random)
            ),
            action: DeliveryReport.Recipient.Action.allCases.randomElement(using: &random) ?? .failed,
            status: DeliveryReport.Status(4, 4, UInt16.random(in: 0...10, using: &random)),
            remoteHost: text(&random),
            remoteIP: text(&random),
            diagnostic: diagnostic(&random),
            lastAttempt: ReportSamples.date,
            retryUntil: ReportSamples.date,
            attempts: attempts
        )
    }

    private func report(_ random: inout SeededGenerator) -> DeliveryReport {
        var options = MailOptions()
        options.envelopeID = text(&random)
        options.returnedContent = Bool.random(using: &random) ? .full : .headers
        return DeliveryReport(
            DeliveryReport.Kind.allCases.randomElement(using: &random) ?? .failure,
            reportingHost: text(&random),
            original: Envelope(
                sender: Bool.random(using: &random) ? address(&random) : (try? Address(parsing: "a@b.org")) ?? .null,
                isUTF8: Bool.random(using: &random),
                options: options
            ),
            arrival: ReportSamples.date,
            recipients: (0..<Int.random(in: 1...3, using: &random)).map { _ in recipient(&random) },
            reason: Bool.random(using: &random) ? text(&random) : nil
        )
    }

    private func returned(_ random: inout SeededGenerator) -> ReturnedMessage {
        var header: [UInt8] = Array("Subject: ".utf8)
        for _ in 0..<3 { header += Self.bytes.randomElement(using: &random) ?? [] }
        header += Array("\r\nMessage-ID: <\(text(&random))>\r\nX: \(text(&random))\r\n\r\n".utf8)
        let body =
            Bool.random(using: &random)
            ? Array("--\(text(&random))\r\n".utf8) : Self.bytes.randomElement(using: &random)
        return ReturnedMessage(header: HeaderBlock(header), body: body)
    }

    private static let template = ReportTemplate(
        """
        X-Test: {subject} {reason} {extended_reason} {recipients} {from} {to}
        From: {subject} <MAILER-DAEMON@{me}>
        Reply-To: {from}
        Subject: {subject}{reason}

        {subject}{reason}{extended_reason}{recipients}{from}{to}{me}{msgid}
        """,
        html: "<p title=\"{subject}\">{reason}{extended_reason}{recipients}{from}{to}{me}{msgid}</p>",
        image: "Content-Type: image/png; name=\"{subject}\"\nContent-Transfer-Encoding: base64\n\nAAAA"
    )

    @Test("no value leaves its place", arguments: 0..<12)
    func isContained(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let report = report(&random)
            let returned = returned(&random)
            var terms = ReportSamples.terms
            terms.messageID = text(&random)
            terms.allows8Bit = Bool.random(using: &random)
            terms.from = Bool.random(using: &random) ? address(&random) : nil
            let own = report.mail(returning: returned, terms: terms)
            check(own, report, ["1 text/plain"], [])
            let other = report.mail(returning: returned, template: Self.template, terms: terms)
            check(
                other,
                report,
                ["1 multipart/related", "2 multipart/alternative", "3 text/plain", "3 text/html", "2 image/png"],
                ["X-Test", "Reply-To"]
            )
            checkHTML(other.message)
        }
    }

    /// The header, the outline and the delivery status are as they should be.
    private func check(_ mail: ReportMail, _ report: DeliveryReport, _ words: [String], _ extra: Set<String>) {
        let message = mail.message
        let header = ReportSamples.header(message)
        var names: Set = [
            "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
        ]
        names.formUnion(extra)
        for name in ["In-Reply-To", "References", "Content-Transfer-Encoding"] where header.count(of: name) == 1 {
            names.insert(name)
        }
        let found = fieldNames(Array(header.bytes.dropLast(2)))
        #expect(Set(found) == names && found.count == names.count, "\(found)")
        let outline = ReportSamples.outline(message).filter { Int($0.prefix(1)) ?? 9 <= 3 }
        #expect(outline.starts(with: ["0 multipart/report"] + words), "\(outline)")
        #expect(outline.filter { $0.hasPrefix("1 ") }.count == 3, "\(outline)")
        checkStatus(message, report)
        for line in ReportSamples.lines(message) {
            #expect(line.count <= 998)
            // A tab may stand in what comes back.
            #expect(!line.contains { $0 == 0 || $0 == 0x0A || $0 == 0x0D })
        }
        #expect(mail.envelope.is8Bit == message.contains { $0 >= 0x80 })
        let isHeaderASCII = header.bytes.allSatisfy { $0 < 0x80 }
        #expect(isHeaderASCII || mail.envelope.isUTF8)
    }

    private func checkStatus(_ message: [UInt8], _ report: DeliveryReport) {
        let type =
            ReportSamples.outline(message).contains("1 message/global-delivery-status")
            ? "message/global-delivery-status" : "message/delivery-status"
        let text = ReportSamples.content(message, type) ?? ""
        let blocks = text.replacing("\r\n\r\n", with: "\u{1}").split(separator: "\u{1}")
        #expect(blocks.count == report.recipients.count + 1, "\(text)")
        for (index, block) in blocks.enumerated() {
            let names = fieldNames(Array(block.utf8))
            #expect(Set(names).isSubset(of: Self.fieldNames) && Set(names).count == names.count, "\(block)")
            #expect(names.contains("Action") == (index > 0))
            guard index > 0 else { continue }
            let action = report.recipients[index - 1].action
            #expect(block.contains("\r\nAction: \(action.rawValue)\r\n"))
        }
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\r" && $0 != "\n" })
    }

    private func checkHTML(_ message: [UInt8]) {
        let html = ReportSamples.decoded(message, "text/html") ?? ""
        let tags = html.replacing("<br>\r\n", with: "")
        #expect(tags.utf8.filter { $0 == UInt8(ascii: "<") }.count == 2, "\(html)")
        #expect(tags.utf8.filter { $0 == UInt8(ascii: "\"") }.count == 2, "\(html)")
    }

    /// The names of fields in a text in which each line is a field or goes on with one.
    private func fieldNames(_ text: [UInt8]) -> [String] {
        ReportSamples.lines(text).compactMap { line in
            guard let first = line.first, first != 0x20, first != 0x09 else { return nil }
            return String(decoding: line.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self)
        }
    }
}
