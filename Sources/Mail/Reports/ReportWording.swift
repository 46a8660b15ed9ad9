/// What happened to each recipient, in sentences that its sender understands.
enum ReportWording {
    /// More tries than that aren't listed.
    private static let attemptLimit = 10

    /// One line: what decided about the first recipient.
    static func reason(_ report: DeliveryReport) -> String {
        guard let recipient = report.concerned.first else { return "" }
        guard let diagnostic = recipient.diagnostic ?? recipient.attempts.last?.diagnostic else {
            return explanation(recipient)
        }
        let words = diagnostic.lines.joined(separator: " ")
        guard diagnostic.isReply, let host = host(recipient) else { return words }
        return "\(host) said: \(words)"
    }

    /// Several lines for each recipient.
    static func details(_ report: DeliveryReport) -> [String] {
        var lines: [String] = []
        for recipient in report.recipients {
            if !lines.isEmpty { lines.append("") }
            lines.append(SafeText.oneLine(recipient.final.description))
            lines.append("    \(explanation(recipient))")
            if let next = next(recipient) { lines.append("    \(next)") }
            lines += recipient.attempts.isEmpty ? answer(recipient) : tries(recipient.attempts)
        }
        return lines
    }

    private static func answer(_ recipient: DeliveryReport.Recipient) -> [String] {
        guard let diagnostic = recipient.diagnostic else { return [] }
        let date = recipient.lastAttempt.map { " on \($0.text)" } ?? ""
        let host = host(recipient) ?? (diagnostic.isReply ? "The next server" : "This server")
        return ["    \(host) said\(date):"] + diagnostic.lines.map { "        \($0)" }
    }

    private static func tries(_ attempts: [DeliveryReport.Attempt]) -> [String] {
        var lines = ["    What was tried:"]
        if attempts.count > attemptLimit { lines.append("        (and \(attempts.count - attemptLimit) times before)") }
        for attempt in attempts.suffix(attemptLimit) {
            lines.append("        \(name(attempt.host, attempt.ip)), \(attempt.date.text):")
            lines += attempt.diagnostic.lines.map { "            \($0)" }
        }
        return lines
    }

    private static func host(_ recipient: DeliveryReport.Recipient) -> String? {
        guard let host = recipient.remoteHost ?? recipient.remoteIP, !host.isEmpty else { return nil }
        return name(host, recipient.remoteIP)
    }

    private static func name(_ host: String, _ ip: String?) -> String {
        let name = SafeText.oneLine(host)
        guard let ip, let literal = DeliveryReport.literal(ip) else { return name }
        return name == ip ? literal : "\(name) \(literal)"
    }

    private static func next(_ recipient: DeliveryReport.Recipient) -> String? {
        guard recipient.action == .delayed, let until = recipient.retryUntil else { return nil }
        return "It is tried until \(until.text)."
    }

    private static func explanation(_ recipient: DeliveryReport.Recipient) -> String {
        let host = host(recipient) ?? "the next server"
        switch recipient.action {
        case .delivered: return "It lies in the mailbox."
        case .relayed: return "It was passed on to \(host), which does not report deliveries."
        case .expanded: return "It was passed on to all who stand behind this address."
        case .failed, .delayed:
            let domain = SafeText.oneLine(recipient.final.domain)
            return explanation(recipient.status, domain.isEmpty ? "this server" : domain)
        }
    }

    /// RFC 3463 §3, RFC 7504, RFC 7505 and the IANA registry, in other words.
    private static func explanation(_ status: DeliveryReport.Status, _ domain: String) -> String {
        switch (status.subject, status.detail) {
        case (1, 1), (1, 6): "There is no such mailbox at \(domain)."
        case (1, 2): "No mail server could be found for \(domain)."
        case (1, 3): "This is no address that mail can be sent to."
        case (1, 10): "\(domain) does not take mail at all."
        case (1, _): "Something is wrong with the address."
        case (2, 1): "The mailbox is switched off."
        case (2, 2): "The mailbox is full."
        case (2, 3), (3, 4): "The message is too big for \(domain)."
        case (2, _): "The mailbox cannot take the message."
        case (3, 1): "The server of \(domain) has no room for mail."
        case (3, _): "The server of \(domain) cannot take mail."
        case (4, 1): "The server of \(domain) does not answer."
        case (4, 2): "The connection to the server of \(domain) broke."
        case (4, 3), (4, 4): "No way to a mail server of \(domain) could be found."
        case (4, 6): "The message was going round in a loop."
        case (4, 7): "The server of \(domain) did not take the message in the time there was."
        case (4, _): "The server of \(domain) could not be reached."
        case (5, 3): "The message has too many recipients for \(domain)."
        case (5, _): "The server of \(domain) and this one did not understand each other."
        case (6, 7), (6, 9), (6, 10): "The server of \(domain) cannot take mail with such letters in its addresses."
        case (6, _): "The server of \(domain) cannot take a message of this form."
        case (7, 10), (7, 11), (7, 12), (7, 30): "The message could not be sent as safely as was asked for."
        case (7, 28): "The server of \(domain) takes no more mail from here for now."
        case (7, 20...29): "The server of \(domain) does not believe where the message comes from."
        case (7, _): "The server of \(domain) refuses the message by its rules."
        default: status.group == 4 ? "It could not be delivered yet." : "It could not be delivered."
        }
    }
}
