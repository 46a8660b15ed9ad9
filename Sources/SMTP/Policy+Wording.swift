extension Policy {
    /// An action with its enhanced code taken off where the extension is switched off: RFC 2034 §4.
    func worded(_ action: ServerSession.Action) -> ServerSession.Action {
        guard !offers(.enhancedStatusCodes) else { return action }
        switch action {
        case .reply(let reply, let consumed): return .reply(plain(reply), consumed: consumed)
        case .close(let reply): return .close(plain(reply))
        case .needInput, .ask, .store, .commit: return action
        }
    }

    private func plain(_ reply: Reply) -> Reply { Reply(reply.code, nil, reply.text) }

    public var greetingReply: Reply {
        let product = shownVersion.map { "Haraka/\($0)" } ?? "Haraka"
        return Reply(220, greeting.isEmpty ? "\(hostname) ESMTP \(product) ready" : greeting.joined(separator: "\n"))
    }

    /// RFC 5321 §4.1.1.1; the first line begins with the server's name.
    func helloReply(_ verb: HelloVerb, host: String, given: Reply?, adding: [String], _ limits: Limits) -> Reply {
        var reply = given ?? Reply(250, "\(hostname) Hello \(host), \(helloText)")
        reply.enhanced = nil
        guard verb == .ehlo else { return reply }
        if offers(.pipelining) { reply.text += "\nPIPELINING" }
        if offers(.eightBitMIME) { reply.text += "\n8BITMIME" }
        if offers(.smtputf8) { reply.text += "\nSMTPUTF8" }
        if offers(.enhancedStatusCodes) { reply.text += "\nENHANCEDSTATUSCODES" }
        if offers(.size) {
            let size = sizeLimit ?? limits.messageBytes
            reply.text += size == 0 || size == .max ? "\nSIZE" : "\nSIZE \(size)"
        }
        for line in adding { reply.text += "\n" + Self.capability(line) }
        return reply
    }

    /// A capability stays one line, whatever a plugin wrote.
    private static func capability(_ line: String) -> String {
        String(
            decoding: line.utf8.prefix(500).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") },
            as: UTF8.self
        )
    }
}
