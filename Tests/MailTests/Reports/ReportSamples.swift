import Mail

/// What the tests of reports begin with, and how they look at what comes out.
enum ReportSamples {
    static let date = MailDate(secondsSinceEpoch: 1_795_355_638)
    static let terms = ReportTerms(date: date, messageID: "R1@mx.example.org", processID: 4711)

    static let header = """
        Received: from client.example by mx.example.org; Sun, 22 Nov 2026 13:00:00 +0000\r
        From: anna@example.org\r
        To: user@example.com\r
        Subject: Lunch\r
        Message-ID: <m1@client.example>\r
        \r\n
        """
    static let message = ReturnedMessage(Array((header + "At noon?\r\n").utf8))

    static func address(_ text: String) throws -> Address { try Address(parsing: text, allowing: [.utf8, .null]) }

    static func recipient(
        _ address: String = "user@example.com",
        _ action: DeliveryReport.Recipient.Action = .failed
    ) throws -> DeliveryReport.Recipient {
        DeliveryReport.Recipient(
            try self.address(address),
            action: action,
            status: DeliveryReport.Status(5, 1, 1),
            remoteHost: "mx1.example.com",
            remoteIP: "192.0.2.25",
            diagnostic: .smtp(code: 550, status: DeliveryReport.Status(5, 1, 1), text: "No such user"),
            lastAttempt: date
        )
    }

    static func report(
        _ kind: DeliveryReport.Kind = .failure,
        sender: String = "anna@example.org",
        isUTF8: Bool = false,
        options: MailOptions? = nil,
        recipients: [DeliveryReport.Recipient]? = nil
    ) throws -> DeliveryReport {
        DeliveryReport(
            kind,
            reportingHost: "mx.example.org",
            original: Envelope(sender: try address(sender), isUTF8: isUTF8, options: options),
            arrival: date,
            recipients: try recipients ?? [recipient()]
        )
    }

    /// A message's parts, as our own reader finds them.
    static func parts(_ message: [UInt8]) -> [MIMEPart] {
        var reader = MIMEReader(keeping: 100)
        reader.read(message.span)
        reader.finish()
        return reader.parts
    }

    /// "1 text/plain" and so on.
    static func outline(_ message: [UInt8]) -> [String] {
        parts(message).map { "\($0.depth) \($0.type?.value ?? "-")" }
    }

    /// The content of the first part of a type.
    static func content(_ message: [UInt8], _ type: String) -> String? {
        parts(message).first { $0.type?.value == type }.map { String(decoding: message[$0.body], as: UTF8.self) }
    }

    /// The content of the first part of a type, decoded from quoted-printable.
    static func decoded(_ message: [UInt8], _ type: String) -> String? {
        guard let content = content(message, type) else { return nil }
        var output: [UInt8] = []
        var decoder = QuotedPrintableDecoder()
        decoder.decode(Array(content.utf8).span, into: &output)
        decoder.finish(into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    static func header(_ message: [UInt8]) -> HeaderBlock {
        HeaderBlock(Array(message[..<(HeaderBlock.end(of: message.span) ?? 0)]))
    }

    static func value(_ message: [UInt8], _ name: String) -> String? {
        let header = header(message)
        return header.value(of: name).map { String(decoding: header.bytes[$0], as: UTF8.self) }
    }

    /// Lines without their CRLF; bare line ends stay in them.
    static func lines(_ message: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = [[]]
        var at = 0
        while at < message.count {
            if message[at] == 0x0D, at + 1 < message.count, message[at + 1] == 0x0A {
                lines.append([])
                at += 2
            } else {
                lines[lines.count - 1].append(message[at])
                at += 1
            }
        }
        return lines
    }
}
