import Mail
import Testing

@Suite struct ReceivedLineTests {
    private func line(_ change: (inout ReceivedLine) -> Void = { _ in }) throws -> String {
        var line = ReceivedLine(
            helloHost: "client.example",
            remoteHost: "rdns.example",
            remoteIP: "192.0.2.7",
            hostname: "mx.example.org",
            version: nil,
            transport: ReceivedLine.Transport(isExtended: true),
            id: "1A2B3C",
            onlyRecipient: try Address(parsing: "user@example.org"),
            date: MailDate(secondsSinceEpoch: 1_795_355_638)
        )
        change(&line)
        return String(decoding: line.bytes, as: UTF8.self)
    }

    @Test func namesThePeerTheServerTheWayAndTheOnlyRecipient() throws {
        #expect(
            try line() == """
                Received: from client.example (rdns.example [192.0.2.7])\r
                \tby mx.example.org (Haraka) with ESMTP id 1A2B3C\r
                \tfor <user@example.org>; Sun, 22 Nov 2026 13:53:58 +0000\r\n
                """
        )
    }

    @Test func leavesOutWhatIsUnknown() throws {
        let text = try line {
            $0.remoteHost = nil
            $0.onlyRecipient = nil
            $0.remoteIP = "2001:db8::1"
            $0.version = "0.1.0"
        }
        #expect(
            text.hasPrefix("Received: from client.example ([IPv6:2001:db8::1])\r\n\tby mx.example.org (Haraka/0.1.0) ")
        )
        #expect(text.contains("id 1A2B3C; Sun"))
        #expect(try line { $0.remoteIP = nil }.hasPrefix("Received: from client.example\r\n\tby "))
        #expect(try line { $0.onlyRecipient = try? Address(parsing: "postmaster") }.contains("id 1A2B3C; "))
    }

    @Test(
        "the protocol follows RFC 3848 and RFC 6531",
        arguments: [
            (false, false, false, false, "SMTP"), (false, true, true, false, "SMTP"),
            (true, false, false, false, "ESMTP"),
            (true, true, false, false, "ESMTPS"), (true, false, true, false, "ESMTPA"),
            (true, true, true, false, "ESMTPSA"), (true, false, false, true, "UTF8SMTP"),
            (true, true, true, true, "UTF8SMTPSA"),
        ]
    )
    func transport(extended: Bool, encrypted: Bool, authenticated: Bool, utf8: Bool, keyword: String) throws {
        let transport = ReceivedLine.Transport(
            isExtended: extended,
            isEncrypted: encrypted,
            isAuthenticated: authenticated,
            isUTF8: utf8
        )
        #expect(try line { $0.transport = transport }.contains(" with \(keyword) id "))
    }

    private static let hostile = [
        "", "a b", "evil)\r\n\tby fake.example (x", "-", "...", "_dmarc.example", "foo_bar", "a..b", "-a-.-b-",
        "[1.2.3.4",
        "[999.1.1.1]", "[192.0.2.1]", "[IPv6:::1]", "büro.example", "x; Sun, 1 Jan 2000", "(", "\"", "\\", "a@b",
        "\u{0}\u{7f}",
        String(repeating: "x", count: 300), String(repeating: "x.", count: 200), "user", "for <evil@example.org>",
    ]

    @Test("whatever the peer says, the grammar of RFC 5321 §4.4 is kept", arguments: hostile)
    func grammar(text: String) throws {
        let received = try line {
            $0.helloHost = text
            $0.remoteHost = text
            $0.version = text
            $0.id = text
            $0.onlyRecipient = try? Address(local: "a\"b> x", domain: "example.org")
        }
        let label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
        let domain = "(?:\(label)(?:\\.\(label))*|\\[[0-9.]+\\]|\\[IPv6:[0-9a-f:.]+\\])"
        let atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
        let dotAtom = "\(atom)(?:\\.\(atom))*"
        let grammar = try Regex(
            "Received: from \(domain) \\(\(domain) \\[192\\.0\\.2\\.7\\]\\)\\r\\n"
                + "\\tby \(domain) \\(Haraka/[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+\\) with ESMTP"
                + " id (?:\(atom)|<\(dotAtom)@\(domain)>)\\r\\n"
                + "\\tfor <\"a\\\\\"b> x\"@example\\.org>; Sun, 22 Nov 2026 13:53:58 \\+0000\\r\\n"
        )
        #expect(try grammar.wholeMatch(in: received) != nil, "\(received.debugDescription)")
    }

    @Test func anIdWithDotsBecomesAMessageId() throws {
        #expect(try line { $0.id = "1A2B.1" }.contains(" id <1A2B.1@mx.example.org>\r\n"))
    }

    @Test func anIdIsNeverLongerThanAWord() throws {
        let long = String(repeating: "4", count: 480)
        #expect(try line { $0.id = long }.contains(" id \(long.prefix(64))\r\n"))
        #expect(try line { $0.id = long + ".1" }.contains(" id \(long.prefix(64))\r\n"))
    }

    @Test(
        "a date is written as RFC 5322 has it",
        arguments: [
            (0, 0, "Thu, 1 Jan 1970 00:00:00 +0000"), (951_827_696, 0, "Tue, 29 Feb 2000 12:34:56 +0000"),
            (951_868_799, 0, "Tue, 29 Feb 2000 23:59:59 +0000"), (951_868_800, 0, "Wed, 1 Mar 2000 00:00:00 +0000"),
            (1_795_355_638, 120, "Sun, 22 Nov 2026 15:53:58 +0200"),
            (1_795_355_638, -570, "Sun, 22 Nov 2026 04:23:58 -0930"),
            (1_704_067_199, 1, "Mon, 1 Jan 2024 00:00:59 +0001"),
            (-1, 0, "Wed, 31 Dec 1969 23:59:59 +0000"), (4_107_542_399, 0, "Sun, 28 Feb 2100 23:59:59 +0000"),
            (4_107_542_400, 0, "Mon, 1 Mar 2100 00:00:00 +0000"),
            (-62_135_596_800, 0, "Mon, 1 Jan 0001 00:00:00 +0000"),
        ]
    )
    func date(seconds: Int64, minutes: Int, expected: String) {
        #expect(MailDate(secondsSinceEpoch: seconds, minutesEastOfUTC: minutes).text == expected)
    }
}
