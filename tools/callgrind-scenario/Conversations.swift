import Hooks

/// What clients say to the server.
enum Conversations {
    /// 1,000 messages of 4 KiB over one connection, commands pipelined.
    static func messages() -> Int {
        var client = "EHLO client.example.com\r\n"
        for number in 0..<1000 { client += envelope(number) + "DATA\r\n" + text }
        var conversation = Conversation(verdict: .ok)
        let replies = conversation.play(client + "QUIT\r\n")
        precondition(replies == 1 + 1 + 4000 + 1, "every command has one reply")
        return replies
    }

    /// 1,000 transactions whose recipient is refused.
    static func refusals() -> Int {
        var client = "EHLO client.example.com\r\n"
        for number in 0..<1000 { client += envelope(number) + "RSET\r\n" }
        var conversation = Conversation(verdict: .deny)
        let replies = conversation.play(client + "QUIT\r\n")
        precondition(replies == 1 + 1 + 3000 + 1, "every command has one reply")
        return replies
    }

    private static func envelope(_ number: Int) -> String {
        "MAIL FROM:<sender\(number)@example.org> SIZE=4096\r\nRCPT TO:<user\(number % 10)@example.com>\r\n"
    }

    private static let text: String = {
        let header = "From: sender@example.org\r\nTo: user@example.com\r\nSubject: instructions\r\n\r\n"
        let line = String(repeating: "0123456789", count: 7) + "\r\n"
        return header + String(repeating: line, count: 55) + "..a line that begins with a dot\r\n.\r\n"
    }()
}
