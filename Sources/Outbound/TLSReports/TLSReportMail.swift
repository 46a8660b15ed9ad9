internal import Mail
internal import Queue
internal import SMTP
internal import System

/// A report on TLS as a message: RFC 8460 §5.3.
struct TLSReportMail: Sendable {
    /// What notes of a queued message say that it goes out whatever TLS comes to: RFC 8460 §3.
    static let mark = #"{"haraka":{"tls_report":true}}"#

    let report: TLSReport
    let submitter: String
    let sender: Address
    let recipient: Address
    let now: QueueTime

    var draft: Draft {
        let text = message
        var wishes = RecipientOptions()
        // Nobody reads what would come back.
        wishes.notice = []
        let envelope = Envelope(
            sender: sender,
            recipients: [Recipient(recipient, options: wishes)],
            declaredSize: UInt64(text.count),
            is8Bit: false,
            isUTF8: !sender.isASCII || !recipient.isASCII,
            options: nil
        )
        return Draft(
            name: "\(report.id).1",
            envelope: envelope,
            text: .bytes(text),
            arrived: now,
            client: "report on TLS to \(report.domain)",
            notes: Self.mark
        )
    }

    private var header: [String] {
        [
            "From: <\(sender.text)>",
            "To: <\(recipient.text)>",
            "Date: \(MailDate(secondsSinceEpoch: now.secondsSinceEpoch).text)",
            "Message-ID: <\(report.id)@\(submitter)>",
            "Subject: Report Domain: \(report.domain) Submitter: \(submitter)",
            " Report-ID: <\(report.id)@\(submitter)>",
            "TLS-Report-Domain: \(report.domain)",
            "TLS-Report-Submitter: \(submitter)",
            // RFC 8689 §5: other hosts on its way don't hold it back either.
            "TLS-Required: No",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: multipart/report; report-type=\"tlsrpt\";\r\n boundary=\"\(boundary)\"",
        ]
    }

    private var boundary: String { "tlsrpt-\(report.id)" }

    /// RFC 8460 §5.1.
    private var fileName: String {
        let begin = report.day * 86_400
        return "\(submitter)!\(report.domain)!\(begin)!\(begin + 86_399)!\(report.id).json"
    }

    private var message: [UInt8] {
        let words = [
            "This is an aggregate report on TLS with the mail hosts of \(report.domain), as \(submitter)",
            "has met with it on \(CalendarDay.text(day: Int64(report.day))) (UTC). RFC 8460 says how to read it.",
        ]
        let lines =
            header + ["", "--\(boundary)", "Content-Type: text/plain; charset=us-ascii", ""] + words + [
                "", "--\(boundary)", "Content-Type: application/tlsrpt+json", "Content-Transfer-Encoding: base64",
                "Content-Disposition: attachment;\r\n filename=\"\(fileName)\"", "",
            ]
        let base64 = Base64.encode(report.json)
        var bytes = Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
        for start in stride(from: 0, to: base64.count, by: 76) {
            bytes += base64[start..<min(start + 76, base64.count)]
            bytes += [0x0D, 0x0A]
        }
        return bytes + Array("--\(boundary)--\r\n".utf8)
    }
}
