import Mail
import Testing

@Suite struct ReportTemplateTests {
    private func mail(
        _ template: ReportTemplate,
        subject: String = "Lunch & <b>\"more\"</b>",
        _ change: (inout DeliveryReport) -> Void = { _ in }
    ) throws -> [UInt8] {
        var report = try ReportSamples.report(
            recipients: [ReportSamples.recipient(), ReportSamples.recipient("other@example.net")]
        )
        change(&report)
        let message = ReturnedMessage(
            Array("Subject: \(subject)\r\nMessage-ID: <m1@client.example>\r\n\r\nhello\r\n".utf8)
        )
        return report.mail(returning: message, template: template, terms: ReportSamples.terms).message
    }

    /// In the manner of the file that Haraka's users have.
    private static let likeHarakas = """
        Received: (Haraka {pid} invoked for bounce); {date}
        Date: {date}
        From: MAILER-DAEMON@{me}
        To: {from}
        Subject: failure notice
        Message-Id: {msgid}

        This is {me}. Your mail did not get through.

        To: {recipients}
        Why: {reason}
        """

    @Test func templatesOfHarakaAreRead() throws {
        let template = ReportTemplate(Self.likeHarakas)
        #expect(template.warnings.isEmpty)
        let message = try mail(template)
        let header = String(decoding: ReportSamples.header(message).bytes, as: UTF8.self)
        #expect(
            header.hasPrefix(
                """
                Received: (Haraka 4711 invoked for bounce); Sun, 22 Nov 2026 13:53:58 +0000\r
                From: MAILER-DAEMON@mx.example.org\r
                To: anna@example.org\r
                Subject: failure notice\r
                Date: Sun, 22 Nov 2026 13:53:58 +0000\r
                Message-ID: <R1@mx.example.org>\r
                In-Reply-To: <m1@client.example>\r\n
                """
            ),
            "\(header)"
        )
        #expect(
            ReportSamples.content(message, "text/plain") == """
                This is mx.example.org. Your mail did not get through.\r
                \r
                To: <user@example.com>, <other@example.net>\r
                Why: mx1.example.com [192.0.2.25] said: 550 5.1.1 No such user\r\n
                """
        )
    }

    @Test(
        "each variable has its value",
        arguments: [
            ("date", "Sun, 22 Nov 2026 13:53:58 +0000"), ("me", "mx.example.org"), ("from", "<anna@example.org>"),
            ("to", "<user@example.com>"), ("subject", "Lunch & <b>\"more\"</b>"),
            ("recipients", "<user@example.com>, <other@example.net>"), ("reason", "too many hops"), ("pid", "4711"),
            ("msgid", "<R1@mx.example.org>"),
        ]
    )
    func variables(_ name: String, _ value: String) throws {
        let message = try mail(ReportTemplate("X-Test: [{\(name)}]\n\n[{\(name)}]\n")) { $0.reason = "too many\n hops" }
        let spaces = try #require(ReportSamples.content(message, "text/plain")).replacing("  ", with: " ")
        #expect(spaces == "[\(value)]\r\n")
        #expect(
            ReportSamples.value(message, "X-Test")?.replacing("\r\n", with: "").replacing("  ", with: " ")
                == "[\(value)]"
        )
    }

    @Test func theExtendedReasonHasSeveralLines() throws {
        let text = try #require(ReportSamples.content(mail(ReportTemplate("\n<<{extended_reason}>>")), "text/plain"))
        #expect(text.hasPrefix("<<<user@example.com>\r\n    There is no such mailbox at example.com.\r\n"))
        #expect(text.contains("\r\n\r\n<other@example.net>\r\n"))
        #expect(text.hasSuffix("        550 5.1.1 No such user>>\r\n"))
    }

    @Test(
        "what means nothing is told and kept",
        arguments: [
            ("\nHello {name}", 2, "{name} is no variable"), ("X-A: {Me}\n\nx", 1, "{Me} is no variable"),
            ("A: b\n\n\n{to}{_}{from}", 4, "{_} is no variable"),
            ("no field\n\nx", 1, "this is no header field"), ("a b: c\n\nx", 1, "this is no header field"),
            (": c\n\nx", 1, "this is no header field"), ("Subject: x", 1, "there is no text behind an empty line"),
            ("MIME-Version: 2.0\n\nx", 1, "MIME-Version is the server's to write"),
            ("Content-Type: text/html\n\nx", 1, "Content-Type is the server's to write"),
            ("A: b\nTo: me@example.org\n\nx", 2, "To is the server's to write"),
            ("References: <a@b>\n\nx", 1, "References is the server's to write"),
            ("Message-ID: <a@b>\n\nx", 1, "Message-ID is the server's to write"),
        ]
    )
    func warnings(_ text: String, _ line: Int, _ words: String) throws {
        let template = ReportTemplate(text)
        #expect(template.warnings.count == 1)
        let warning = try #require(template.warnings.first)
        #expect(warning.line == line && warning.text.hasPrefix(words) && warning.source == .message, "\(warning)")
        if words.contains("variable") {
            #expect(
                warning.text.hasSuffix(
                    "there are {date} {me} {from} {to} {subject} {recipients} {reason} "
                        + "{extended_reason} {pid} {msgid}"
                )
            )
        }
    }

    @Test(
        "what is right is not warned of",
        arguments: [
            "\nx", "\r\nx\r\n", "To: {to}\n\nx", "To: <{from}>\n\nx", "Auto-Submitted: auto-replied\n\nx",
            "Subject: a\n  b {me}\n\nx", "\n* { font: x }", "\n{}", "\n{ me }", "\n{{me}}", "\n{me", "\n}",
        ]
    )
    func accepts(_ text: String) throws {
        let template = ReportTemplate(text)
        #expect(template.warnings.isEmpty, "\(template.warnings)")
        #expect(ReportSamples.outline(try mail(template)).count == 4)
    }

    @Test(
        "what is no variable stays as it stands",
        arguments: [
            ("{name}", "{name}"), ("{ me }", "{ me }"), ("{{me}}", "{mx.example.org}"), ("{me", "{me"), ("{}", "{}"),
            ("a{me}b{me}", "amx.example.orgbmx.example.org"), ("}{", "}{"), ("{pid}{", "4711{"),
        ]
    )
    func keeps(_ text: String, _ result: String) throws {
        #expect(ReportSamples.content(try mail(ReportTemplate("\n\(text)")), "text/plain") == "\(result)\r\n")
    }

    @Test func valuesAreNotReadAsTemplates() throws {
        let message = try mail(ReportTemplate("Subject: {subject}\n\n{subject}"), subject: "{pid} {reason}")
        #expect(ReportSamples.value(message, "Subject") == "{pid} {reason}")
        #expect(ReportSamples.content(message, "text/plain") == "{pid} {reason}\r\n")
    }

    @Test func twoFieldsThatMayStandOnceAreOne() throws {
        let message = try mail(ReportTemplate("From: a@example.org\nSubject: 1\nfrom: b@example.org\nSubject: 2\n\nx"))
        let header = ReportSamples.header(message)
        #expect(header.count(of: "From") == 1 && header.count(of: "Subject") == 1)
        #expect(ReportSamples.value(message, "From") == "a@example.org")
    }

    @Test func namesBeyondASCIIAreEncoded() throws {
        let message = try mail(
            ReportTemplate("From: Büro für Post <MAILER-DAEMON@{me}>\nSubject: Unzustellbar: ü\n\nGrüße")
        )
        #expect(
            ReportSamples.value(message, "From")
                == "=?UTF-8?Q?B=C3=BCro_f=C3=BCr?= Post <MAILER-DAEMON@mx.example.org>"
        )
        #expect(ReportSamples.value(message, "Subject") == "Unzustellbar: =?UTF-8?Q?=C3=BC?=")
        #expect(ReportSamples.decoded(message, "text/plain") == "Grüße\r\n")
        #expect(ReportSamples.parts(message)[1].type?.parameter("charset")?.text == "utf-8")
    }

    @Test func theOthersAreNotAmongThoseWhoFailed() throws {
        let message = try mail(ReportTemplate("\n{to} {recipients} {reason}\n{extended_reason}")) {
            $0.recipients[0].action = .delivered
            $0.recipients[1].diagnostic = .local("no way")
        }
        let text = try #require(ReportSamples.content(message, "text/plain"))
        #expect(text.hasPrefix("<other@example.net> <other@example.net> no way\r\n<user@example.com>\r\n"))
        #expect(text.contains("    It lies in the mailbox.\r\n"))
    }

    // MARK: HTML

    @Test func thereIsHTMLToChoose() throws {
        let template = ReportTemplate("\ntext", html: "<p title='{subject}'>{subject}</p>\n{extended_reason}\n{nobody}")
        #expect(
            template.warnings.map(\.description).map { $0.prefix(40) } == ["line 3: {nobody} is no variable and stay"]
        )
        #expect(template.warnings.first?.source == .html)
        let message = try mail(template)
        #expect(
            ReportSamples.outline(message) == [
                "0 multipart/report", "1 multipart/alternative", "2 text/plain", "2 text/html",
                "1 message/delivery-status", "1 text/rfc822-headers",
            ]
        )
        let html = try #require(ReportSamples.content(message, "text/html"))
        let value = "Lunch &amp; &lt;b&gt;&quot;more&quot;&lt;/b&gt;"
        #expect(html.hasPrefix("<p title='\(value)'>\(value)</p>\r\n&lt;user@example.com&gt;<br>\r\n    There is"))
        #expect(html.hasSuffix("\r\n{nobody}\r\n"))
    }

    @Test func thereIsAPictureForTheHTML() throws {
        let image = """
            Content-Type: image/png; name="icon.png"
            Content-Transfer-Encoding: base64
            Content-ID: <icon.png>
            Content-Disposition: inline;
              filename=icon.png

            iVBORw0KGgo=
            """
        let template = ReportTemplate("\ntext", html: "<img src=\"cid:icon.png\">", image: image)
        #expect(template.warnings.isEmpty, "\(template.warnings)")
        let message = try mail(template)
        #expect(
            ReportSamples.outline(message) == [
                "0 multipart/report", "1 multipart/related", "2 multipart/alternative", "3 text/plain", "3 text/html",
                "2 image/png", "1 message/delivery-status", "1 text/rfc822-headers",
            ]
        )
        #expect(ReportSamples.content(message, "image/png") == "iVBORw0KGgo=\r\n")
        let part = ReportSamples.parts(message)[5]
        let header = Array(message[part.header])
        #expect(ReportSamples.value(header, "Content-ID") == "<icon.png>")
        #expect(ReportSamples.value(header, "Content-Disposition") == "inline; filename=icon.png")
        // Nothing to put it into.
        #expect(ReportSamples.outline(try mail(ReportTemplate("\ntext", image: image))).count == 4)
    }

    @Test(
        "a picture that is none is left out",
        arguments: [
            ("iVBORw0KGgo=", 1, "this is no header field"),
            ("Content-Type: image/png\n\niVBORw0KGgo=", 1, "the picture is left out"),
            ("Content-Transfer-Encoding: base64\n\niVBORw0KGgo=", 1, "the picture is left out"),
            ("Content-Type: image/png\nContent-Transfer-Encoding: 8bit\n\nx", 1, "the picture is left out"),
            ("Content-Type: image/png\nContent-Transfer-Encoding: base64\n\nAAAA\n--x", 5, "the picture is left out"),
            (
                "Subject: x\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\nA\n-", 1,
                "Subject is left out"
            ),
        ]
    )
    func noImage(_ image: String, _ line: Int, _ words: String) throws {
        let template = ReportTemplate("\ntext", html: "<p>", image: image)
        let warning = try #require(template.warnings.first)
        #expect(warning.source == .image && warning.line == line && warning.text.hasPrefix(words), "\(warning)")
        #expect(ReportSamples.outline(try mail(template))[1] == "1 multipart/alternative")
    }

    @Test func longLinesOfAValueAreFoldedAndTheTemplatesOwnAreNot() throws {
        let own = String(repeating: "word ", count: 60)
        let message = try mail(ReportTemplate("\n\(own)\n  {subject}"), subject: own)
        let lines = ReportSamples.lines(Array(try #require(ReportSamples.content(message, "text/plain")).utf8))
        #expect(lines[0].count == 300)
        #expect(
            lines.count > 4
                && lines.dropFirst().dropLast().allSatisfy { $0.count <= 76 && $0.starts(with: [0x20, 0x20]) }
        )
    }

    @Test func lineThatCannotStandAreEncoded() throws {
        let own = String(repeating: "x", count: 2000)
        let message = try mail(ReportTemplate("\n\(own)", html: "<p>\(own)</p>"))
        for line in ReportSamples.lines(message) { #expect(line.count <= 998) }
        #expect(ReportSamples.decoded(message, "text/plain") == "\(own)\r\n")
        #expect(ReportSamples.decoded(message, "text/html") == "<p>\(own)</p>\r\n")
    }

    @Test("our own words have no slip", arguments: DeliveryReport.Kind.allCases)
    func standard(_ kind: DeliveryReport.Kind) {
        #expect(ReportTemplate.standard(kind).warnings.isEmpty)
    }
}
