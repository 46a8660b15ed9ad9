extension Terms {
    /// What HELP says where no plugin has anything to say: RFC 5321 §4.1.1.8.
    func help(on topic: String) -> Reply {
        let words = syntax(of: topic.uppercased())
        return Reply(214, EnhancedCode(2, 0, 0), words ?? overview)
    }

    private var overview: String {
        var commands = policy.isLMTP ? ["LHLO"] : ["HELO", "EHLO"]
        commands += ["MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "VRFY", "HELP"]
        if hasTLS { commands.append("STARTTLS") }
        if hasAuth { commands.append("AUTH") }
        if offered.contains(.chunking) { commands.append("BDAT") }
        return """
            Commands: \(commands.joined(separator: " "))
            HELP and a command says how to write it; the mail of humans goes to postmaster@\(policy.hostname)
            """
    }

    private func syntax(of command: String) -> String? {
        switch command {
        case "HELO", "EHLO", "LHLO": "\(command) host name or address literal, such as [192.0.2.1]"
        case "MAIL": parameters("MAIL FROM:<address>", Self.mailParameters)
        case "RCPT": parameters("RCPT TO:<address>", Self.recipientParameters)
        case "DATA": "DATA, then the message once 354 has come, each line ended by CRLF, and a line with a single dot"
        case "BDAT": offered.contains(.chunking) ? "BDAT bytes [LAST], then so many bytes of the message" : nil
        case "AUTH": hasAuth ? "AUTH mechanism [response in base64, or = for an empty one]" : nil
        case "STARTTLS": hasTLS ? "STARTTLS, then a TLS handshake once 220 has come" : nil
        case "RSET": "RSET forgets the message that was begun"
        case "NOOP": "NOOP does nothing"
        case "QUIT": "QUIT closes the connection"
        case "VRFY": parameters("VRFY address", [(.smtputf8, "SMTPUTF8")]) + "; no address is confirmed nor denied"
        case "HELP": "HELP [command]"
        default: nil
        }
    }

    private func parameters(_ start: String, _ all: [(Extensions, String)]) -> String {
        all.reduce(start) { offered.contains($1.0) ? "\($0) [\($1.1)]" : $0 }
    }

    private static let mailParameters: [(Extensions, String)] = [
        (.size, "SIZE=bytes"), (.eightBitMIME, "BODY=7BIT|8BITMIME"), (.binaryMIME, "BODY=BINARYMIME"),
        (.smtputf8, "SMTPUTF8"), (.auth, "AUTH=xtext|<>"), (.dsn, "RET=FULL|HDRS"), (.dsn, "ENVID=xtext"),
        (.requireTLS, "REQUIRETLS"), (.futureRelease, "HOLDFOR=seconds"), (.futureRelease, "HOLDUNTIL=date-time"),
        (.deliverBy, "BY=seconds;R|N[T]"), (.mtPriority, "MT-PRIORITY=-9..9"),
    ]

    private static let recipientParameters: [(Extensions, String)] = [
        (.dsn, "NOTIFY=NEVER|SUCCESS,FAILURE,DELAY"), (.dsn, "ORCPT=type;xtext"),
    ]
}
