import Mail
import Testing

@Suite struct ReportMailTests {
    private func mail(
        _ report: DeliveryReport? = nil,
        returning message: ReturnedMessage = ReportSamples.message,
        _ change: (inout ReportTerms) -> Void = { _ in }
    ) throws -> ReportMail {
        var terms = ReportSamples.terms
        change(&terms)
        return try (report ?? ReportSamples.report()).mail(returning: message, terms: terms)
    }

    @Test func theHeaderSaysWhatItIsAndWhatItAnswers() throws {
        let message = try mail().message
        let header = String(decoding: ReportSamples.header(message).bytes, as: UTF8.self)
        #expect(
            header.hasPrefix(
                """
                From: Mail Delivery System <MAILER-DAEMON@mx.example.org>\r
                To: anna@example.org\r
                Subject: Not delivered: Lunch\r
                Date: Sun, 22 Nov 2026 13:53:58 +0000\r
                Message-ID: <R1@mx.example.org>\r
                In-Reply-To: <m1@client.example>\r
                References: <m1@client.example>\r
                Auto-Submitted: auto-replied\r
                MIME-Version: 1.0\r
                Content-Type: multipart/report; report-type=delivery-status;\r
                 boundary="=_
                """
            ),
            "\(header)"
        )
    }

    @Test("it has three parts", arguments: DeliveryReport.Kind.allCases)
    func structure(_ kind: DeliveryReport.Kind) throws {
        let message = try mail(ReportSamples.report(kind)).message
        #expect(
            ReportSamples.outline(message) == [
                "0 multipart/report", "1 text/plain", "1 message/delivery-status", "1 text/rfc822-headers",
            ]
        )
        #expect(message.allSatisfy { $0 < 0x80 })
        for line in ReportSamples.lines(message) { #expect(line.count <= 80 && !line.contains { $0 < 0x20 }) }
        #expect(message.suffix(4) == Array("--\r\n".utf8))
    }

    @Test func theWordsSayWhatHappenedWhoSaidItAndWhatIsNext() throws {
        let text = try #require(ReportSamples.content(mail().message, "text/plain"))
        #expect(
            text.contains(
                """
                <user@example.com>\r
                    There is no such mailbox at example.com.\r
                    mx1.example.com [192.0.2.25] said on Sun, 22 Nov 2026 13:53:58 +0000:\r
                        550 5.1.1 No such user\r\n
                """
            ),
            "\(text)"
        )
        #expect(text.contains("Your message \"Lunch\" could not be delivered to\r\n\r\n    <user@example.com>\r\n"))
    }

    @Test func theHostsThatWereTriedAreListed() throws {
        var recipient = try ReportSamples.recipient("user@example.com", .delayed)
        recipient.status = DeliveryReport.Status(4, 4, 1)
        recipient.retryUntil = MailDate(secondsSinceEpoch: ReportSamples.date.secondsSinceEpoch + 86_400)
        recipient.attempts = [
            DeliveryReport.Attempt(
                host: "mx1.example.com",
                ip: "192.0.2.25",
                date: ReportSamples.date,
                diagnostic: .local("the connection was refused")
            ),
            DeliveryReport.Attempt(
                host: "mx2.example.com",
                ip: "2001:db8::2",
                date: ReportSamples.date,
                diagnostic: .smtp(code: 451, status: DeliveryReport.Status(4, 7, 1), text: "Greylisted\ncome again")
            ),
        ]
        let message = try mail(ReportSamples.report(.delay, recipients: [recipient])).message
        let text = try #require(ReportSamples.content(message, "text/plain"))
        #expect(
            text.contains(
                """
                <user@example.com>\r
                    The server of example.com does not answer.\r
                    It is tried until Mon, 23 Nov 2026 13:53:58 +0000.\r
                    What was tried:\r
                        mx1.example.com [192.0.2.25], Sun, 22 Nov 2026 13:53:58 +0000:\r
                            the connection was refused\r
                        mx2.example.com [IPv6:2001:db8::2], Sun, 22 Nov 2026 13:53:58 +0000:\r
                            451-4.7.1 Greylisted\r
                            451 4.7.1 come again\r\n
                """
            ),
            "\(text)"
        )
    }

    @Test("of many tries the last are listed", arguments: [10, 11, 100])
    func tries(_ count: Int) throws {
        var recipient = try ReportSamples.recipient()
        recipient.attempts = (1...count).map { number in
            DeliveryReport.Attempt(
                host: "mx\(number).example.com",
                date: ReportSamples.date,
                diagnostic: .local("try \(number)")
            )
        }
        let message = try mail(ReportSamples.report(recipients: [recipient])).message
        let text = try #require(ReportSamples.content(message, "text/plain"))
        #expect(text.contains("try \(count)\r\n") && text.contains("mx\(count).example.com"))
        #expect(text.contains("(and \(count - 10) times before)") == (count > 10))
        #expect(text.contains("try 1\r\n") == (count <= 10))
    }

    @Test func eachKindHasWordsOfItsOwn() throws {
        let texts = try DeliveryReport.Kind.allCases.map { try mail(ReportSamples.report($0)).message }
        #expect(Set(texts.compactMap { ReportSamples.content($0, "text/plain") }).count == texts.count)
        #expect(Set(texts.compactMap { ReportSamples.value($0, "Subject") }).count == texts.count)
    }

    // MARK: The message that comes back

    struct Return: Sendable, CustomTestStringConvertible {
        let name: String
        var header = ReportSamples.header
        var body: [UInt8]? = Array("At noon?\r\n".utf8)
        var isBinary = false
        var isUTF8 = false
        var wish = MailOptions.ReturnedContent.full
        var bytes = 50_000
        var allows8Bit = true
        let type: String
        var encoding: String?
        var is8Bit = false
        var needsUTF8 = false

        var testDescription: String { name }
    }

    private static let eightBit = Array("B\u{FC}ro um zw\u{F6}lf\r\n".unicodeScalars.map { UInt8($0.value) })
    private static let utf8Header = ReportSamples.header.replacing("Lunch", with: "Mahlzeit für Ännchen")

    static let returns: [Return] = [
        Return(name: "all", type: "message/rfc822"),
        Return(name: "the header, as was asked", wish: .headers, type: "text/rfc822-headers"),
        Return(name: "a message that wasn't read", body: nil, type: "text/rfc822-headers"),
        Return(name: "one that is too big", bytes: 100, type: "text/rfc822-headers"),
        Return(name: "8-bit text", body: eightBit, type: "message/rfc822", encoding: "8bit", is8Bit: true),
        Return(name: "8-bit text for a 7-bit hop", body: eightBit, allows8Bit: false, type: "text/rfc822-headers"),
        Return(name: "BINARYMIME", isBinary: true, type: "text/rfc822-headers"),
        Return(name: "a bare LF", body: [0x41, 0x0A, 0x42], type: "text/rfc822-headers"),
        Return(name: "a bare CR", body: [0x41, 0x0D], type: "text/rfc822-headers"),
        Return(name: "a NUL", body: [0], type: "text/rfc822-headers"),
        Return(name: "a line of 998", body: Array(repeating: 0x41, count: 998), type: "message/rfc822"),
        Return(name: "a line of 999", body: Array(repeating: 0x41, count: 999), type: "text/rfc822-headers"),
        Return(
            name: "UTF-8 in the header, with SMTPUTF8",
            header: utf8Header,
            isUTF8: true,
            type: "message/global",
            encoding: "8bit",
            is8Bit: true,
            needsUTF8: true
        ),
        Return(
            name: "only a header in UTF-8, with SMTPUTF8",
            header: utf8Header,
            isUTF8: true,
            wish: .headers,
            type: "message/global-headers",
            encoding: "8bit",
            is8Bit: true,
            needsUTF8: true
        ),
        Return(
            name: "UTF-8 in the header, without SMTPUTF8",
            header: utf8Header,
            type: "message/rfc822",
            encoding: "8bit",
            is8Bit: true
        ),
        Return(
            name: "only a header in UTF-8, without SMTPUTF8",
            header: utf8Header,
            wish: .headers,
            type: "text/rfc822-headers",
            encoding: "quoted-printable"
        ),
        Return(
            name: "SMTPUTF8 asked for and not needed",
            isUTF8: true,
            wish: .headers,
            type: "text/rfc822-headers"
        ),
    ]

    @Test("what comes back is what was asked for, if it can be sent", arguments: returns)
    func returned(_ row: Return) throws {
        var options = MailOptions()
        options.returnedContent = row.wish
        let mail = try mail(
            ReportSamples.report(isUTF8: row.isUTF8, options: options),
            returning: ReturnedMessage(
                header: HeaderBlock(Array(row.header.utf8)),
                body: row.body,
                isBinary: row.isBinary
            )
        ) {
            $0.returnedBytes = row.bytes
            $0.allows8Bit = row.allows8Bit
        }
        let parts = ReportSamples.parts(mail.message)
        let part = try #require(parts.dropFirst(3).first)
        #expect(part.type?.value == row.type)
        #expect(ReportSamples.value(Array(mail.message[part.header]), "Content-Transfer-Encoding") == row.encoding)
        #expect(ReportSamples.value(mail.message, "Content-Transfer-Encoding") == (row.is8Bit ? "8bit" : nil))
        #expect(mail.envelope.is8Bit == row.is8Bit && mail.envelope.isUTF8 == row.needsUTF8)
        let content = Array(mail.message[part.body])
        if row.type == "message/rfc822" || row.type == "message/global" {
            #expect(content == Array(row.header.utf8) + (row.body ?? []))
        } else if row.encoding != "quoted-printable" {
            #expect(content == Array(row.header.dropLast(1).utf8))
        } else {
            #expect(ReportSamples.decoded(mail.message, row.type) == String(row.header.dropLast(1)))
        }
        #expect(mail.envelope.declaredSize == UInt64(mail.message.count))
    }

    @Test func aHeaderIsCutBehindAFieldThatFits() throws {
        let message = try mail { $0.headerBytes = 140 }.message
        let text = try #require(ReportSamples.content(message, "text/rfc822-headers"))
        #expect(text.hasSuffix("From: anna@example.org\r\nTo: user@example.com\r\n") && text.utf8.count <= 140)
        #expect(try ReportSamples.content(mail { $0.headerBytes = 0 }.message, "text/rfc822-headers") == "")
    }

    @Test func noBoundaryOccursInWhatComesBack() throws {
        var options = MailOptions()
        options.returnedContent = .full
        var message = ReportSamples.message
        // Reports of reports of reports, all with the same id.
        for depth in 1...4 {
            let report = try mail(ReportSamples.report(options: options), returning: message).message
            let outer = ReportSamples.parts(report)
            #expect(outer.filter { $0.depth == 1 }.count == 3)
            #expect(Array(report[outer[3].body]) == message.header.bytes + (message.body ?? []))
            #expect(outer.count == 4 * depth + 1)
            message = ReturnedMessage(report)
        }
    }

    @Test func guessedBoundariesDoNotEndAPart() throws {
        var options = MailOptions()
        options.returnedContent = .full
        let first = try mail(ReportSamples.report(options: options)).message
        let type = try #require(ReportSamples.parts(first).first?.type)
        let boundary = try #require(type.parameter("boundary")?.text)
        let stem = boundary.dropLast(8)
        let guesses = (0...300).map { "--\(stem)\(String(repeating: "0", count: 8 - "\($0)".count))\($0)" }
        let body = guesses.joined(separator: "\r\n") + "\r\nContent-Type: text/html\r\n\r\n\(guesses[1])--\r\n"
        let message = ReturnedMessage(Array((ReportSamples.header + body).utf8))
        let report = try mail(ReportSamples.report(options: options), returning: message).message
        #expect(
            ReportSamples.outline(report) == [
                "0 multipart/report", "1 text/plain", "1 message/delivery-status", "1 message/rfc822", "2 -",
            ]
        )
    }

    @Test(
        "only a Message-ID that is one is answered",
        arguments: [
            ("<a@b>", true), ("a@b", false), ("<a b>", false), ("<a@b>\r\n <c@d>", false), ("<>", false), ("", false),
            ("<\u{FC}@b>", false), ("<a@b> X: y", false), ("<" + String(repeating: "x", count: 900) + ">", false),
        ]
    )
    func references(_ id: String, _ isAnswered: Bool) throws {
        let message = ReturnedMessage(Array("Message-ID: \(id)\r\n\r\n".utf8))
        let report = try mail(returning: message).message
        #expect(ReportSamples.value(report, "References") == (isAnswered ? id : nil))
        #expect(ReportSamples.value(report, "In-Reply-To") == (isAnswered ? id : nil))
    }

    @Test func theSubjectIsReadAndWrittenBeyondASCII() throws {
        let subject = "=?utf-8?B?TcO8bGxlciAmIFPDtmhuZQ==?= =?iso-8859-1?q?f=FCr?=\r\n =?UTF-8?Q?_=E7=94=A8?= <b>"
        let message = ReturnedMessage(Array("Subject: \(subject)\r\n\r\n".utf8))
        let report = try mail(returning: message).message
        let text = try #require(ReportSamples.decoded(report, "text/plain"))
        #expect(text.contains("Your message \"Müller & Söhnefür 用 <b>\" could"))
        #expect(report.allSatisfy { $0 < 0x80 })
        #expect(
            ReportSamples.value(report, "Subject")?.replacing("\r\n ", with: " ")
                == "Not delivered: =?UTF-8?Q?M=C3=BCller_=26_S=C3=B6hnef=C3=BCr_=E7=94=A8?= <b>"
        )
    }

    // MARK: Envelope

    @Test func theEnvelopeAsksForNoAnswer() throws {
        var options = MailOptions()
        options.priority = 4
        options.envelopeID = "e"
        options.returnedContent = .full
        options.requiresTLS = true
        let envelope = try mail(ReportSamples.report(options: options)).envelope
        #expect(envelope.sender == .null)
        #expect(envelope.recipients.map(\.address.text) == ["anna@example.org"])
        #expect(envelope.recipients[0].options?.notice == [])
        var wanted = MailOptions()
        wanted.priority = 4
        #expect(envelope.options == wanted)
        #expect(!envelope.is8Bit && !envelope.isUTF8 && !envelope.isBinary)
        #expect(try mail().envelope.options == nil)
    }

    @Test(
        "UTF-8 is used on the way back where it was used on the way here",
        arguments: [
            ("änne@example.org", false, "user@example.com", true, "message/delivery-status"),
            ("änne@example.org", false, "用@example.com", true, "message/global-delivery-status"),
            ("anna@example.org", true, "用@example.com", true, "message/global-delivery-status"),
            ("anna@example.org", false, "用@example.com", false, "message/delivery-status"),
            ("anna@example.org", true, "user@example.com", false, "message/delivery-status"),
        ]
    )
    func unicode(_ sender: String, _ isUTF8: Bool, _ recipient: String, _ needs: Bool, _ type: String) throws {
        let report = try ReportSamples.report(
            sender: sender,
            isUTF8: isUTF8,
            recipients: [ReportSamples.recipient(recipient)]
        )
        let mail = try mail(report)
        #expect(mail.envelope.isUTF8 == needs && mail.envelope.is8Bit == needs)
        #expect(mail.message.contains { $0 >= 0x80 } == needs)
        #expect(ReportSamples.value(mail.message, "To") == sender)
        #expect(ReportSamples.outline(mail.message)[2] == "1 \(type)")
        #expect(ReportSamples.decoded(mail.message, "text/plain")?.contains("    <\(recipient)>\r\n") == true)
    }

    @Test func whoItIsFromCanBeSaid() throws {
        let report = try mail { $0.from = try? Address(parsing: "postmaster@example.org") }
        #expect(ReportSamples.value(report.message, "From") == "Mail Delivery System <postmaster@example.org>")
        let other = try mail { $0.from = try? Address(parsing: "büro@example.org") }
        #expect(ReportSamples.value(other.message, "From") == "Mail Delivery System <MAILER-DAEMON@mx.example.org>")
    }
}
