import Mail

/// What plugins do to headers.
enum Headers {
    /// 1,000 messages' headers found, read, and edited at both ends.
    static func editing() -> Int {
        let message = Array((fields + "\r\n" + String(repeating: "text\r\n", count: 100)).utf8)
        var total = 0
        for number in 0..<1000 {
            guard let end = HeaderBlock.end(of: message.span) else { preconditionFailure("the header ends") }
            var header = HeaderBlock(Array(message[..<end]))
            total += header.count(of: "Received") + (header.value(of: "Subject", nth: 0)?.count ?? 0)
            let edits: [HeaderEdit] = [
                .addTop(name: "X-Number", value: Array("\(number)".utf8)),
                .addEnd(name: "X-Scanned", value: Array("yes".utf8)),
            ]
            for edit in edits {
                do { try header.apply(edit) } catch { preconditionFailure("an ordinary edit is made") }
            }
            total += header.bytes.count
        }
        return total
    }

    private static let fields: String = {
        let hop = "Received: from a.example.org (b.example.org [192.0.2.1])\r\n\tby c.example.org with ESMTP id 1;\r\n"
        return String(repeating: hop, count: 8)
            + "From: sender@example.org\r\nTo: user@example.com\r\nSubject: instructions\r\nDate: Sun, 22 Nov 2026 12:00:00 +0000\r\n"
    }()
}
