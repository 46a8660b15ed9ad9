/// One copy of a message: whose it is, and the lines that are put before it.
struct Letter {
    let mailbox: Mailbox

    /// `Return-Path:` and `Delivered-To:`, lines ended by CRLF.
    let heading: [UInt8]

    /// A copy for a mailbox; the sender is empty for the null sender.
    init(to mailbox: Mailbox, sender: String, recipient: String) {
        self.mailbox = mailbox
        heading = Self.line("Return-Path", "<\(sender)>") + Self.line("Delivered-To", recipient)
    }

    // An address that reaches this point has been parsed; a control character in it would still end the line early.
    private static func line(_ name: String, _ value: String) -> [UInt8] {
        let value = value.utf8.map { $0 < 0x20 || $0 == 0x7f ? UInt8(ascii: "?") : $0 }
        return Array("\(name): ".utf8) + value + [0x0d, 0x0a]
    }
}
