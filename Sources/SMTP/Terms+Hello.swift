internal import Mail

extension Terms {
    /// RFC 5321 §4.1.1.1; the first line begins with the server's name.
    func helloReply(_ verb: HelloVerb, host: String, given: Reply?, adding: [String]) -> Reply {
        var reply = given ?? Reply(250, "\(policy.hostname) Hello \(host), \(policy.helloText)")
        reply.enhanced = nil
        guard verb.isExtended else { return reply }
        if offered.contains(.pipelining) { reply.text += "\nPIPELINING" }
        if offered.contains(.eightBitMIME) { reply.text += "\n8BITMIME" }
        if offered.contains(.smtputf8) { reply.text += "\nSMTPUTF8" }
        if offered.contains(.enhancedStatusCodes) { reply.text += "\nENHANCEDSTATUSCODES" }
        if offered.contains(.size) {
            let size = policy.sizeLimit ?? limits.messageBytes
            reply.text += size == 0 || size == .max ? "\nSIZE" : "\nSIZE \(size)"
        }
        if !offered.isDisjoint(with: Self.seldom) { addSeldom(to: &reply.text) }
        for line in adding { reply.text += "\n" + Self.capability(line) }
        return reply
    }

    private static let seldom: Extensions = .all.subtracting([
        .pipelining, .eightBitMIME, .smtputf8, .enhancedStatusCodes, .size,
    ])

    private func addSeldom(to text: inout String) {
        if offered.contains(.startTLS) { text += "\nSTARTTLS" }
        if offered.contains(.auth) { text += "\nAUTH " + usableMechanisms.map(\.rawValue).joined(separator: " ") }
        if offered.contains(.chunking) { text += "\nCHUNKING" }
        if offered.contains(.binaryMIME) { text += "\nBINARYMIME" }
        if offered.contains(.dsn) { text += "\nDSN" }
        if offered.contains(.requireTLS) { text += "\nREQUIRETLS" }
        if offered.contains(.limits) {
            text += "\nLIMITS RCPTMAX=\(limits.recipients)"
            if limits.transactions > 0 { text += " MAILMAX=\(limits.transactions)" }
        }
        if offered.contains(.futureRelease) {
            let latest = InternetTime.text(secondsSinceEpoch: openedAt + Int64(policy.longestHold))
            text += "\nFUTURERELEASE \(policy.longestHold) \(latest)"
        }
        if offered.contains(.deliverBy) {
            text += policy.shortestDeadline == 0 ? "\nDELIVERBY" : "\nDELIVERBY \(policy.shortestDeadline)"
        }
        if offered.contains(.mtPriority) { text += "\nMT-PRIORITY" + (policy.priorityProfile.map { " " + $0 } ?? "") }
    }

    /// A capability stays one line, whatever a plugin wrote.
    private static func capability(_ line: String) -> String {
        String(
            decoding: line.utf8.prefix(500).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") },
            as: UTF8.self
        )
    }
}
