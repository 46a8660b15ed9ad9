internal import Queue

/// What commands say of the queue, for people.
struct QueueTables {
    /// Characters of a reply in a column.
    private static let replyWidth = 70

    let now: QueueTime

    static let header = ["Name", "State", "Age", "Tries", "Next", "From", "To", "Last reply"]

    func row(_ line: QueueLine) -> [String] {
        [
            SafeText.shown(line.message.name), QueueQuery.State(line.recipient.state).rawValue,
            QueueMoment.brief(from: line.message.queued, to: now), "\(line.recipient.attempts)", next(line.recipient),
            SafeText.path(line.message.sender), SafeText.path(line.recipient.address), reply(line.recipient),
        ]
    }

    private func next(_ recipient: QueuedRecipient) -> String {
        if recipient.state == .deleted { return "gone in " + QueueMoment.brief(from: now, to: recipient.due) }
        guard recipient.state == .waiting else { return "-" }
        return recipient.due <= now ? "now" : "in " + QueueMoment.brief(from: now, to: recipient.due)
    }

    private func reply(_ recipient: QueuedRecipient) -> String {
        recipient.reply.map { SafeText.shown($0, limit: Self.replyWidth) } ?? "-"
    }

    func lines(_ entry: QueueEntry) -> [String] {
        let message = entry.message
        let facts = [
            ["Name:", SafeText.shown(message.name)], ["Number:", "\(message.number)"],
            ["From:", SafeText.path(message.sender)], ["Queued:", QueueMoment.both(message.queued, now: now)],
            ["Size:", "\(SafeText.grouped(message.size)) bytes"], ["Brought by:", SafeText.shown(message.client)],
        ]
        let header = ["To", "State", "Tries", "Last", "Next", "Host", "Last reply"]
        let rows = entry.recipients.map { recipient in
            [
                SafeText.path(recipient.address), QueueQuery.State(recipient.state).rawValue, "\(recipient.attempts)",
                recipient.tried.map { QueueMoment.relative($0, now: now) } ?? "-", next(recipient),
                recipient.host.map { SafeText.shown($0) } ?? "-", recipient.reply.map { SafeText.shown($0) } ?? "-",
            ]
        }
        return Table.lines(facts) + [""] + Table.lines([header] + rows)
    }

    func lines(_ statistics: QueueStatistics) -> [String] {
        guard statistics.messages > 0 else { return ["The queue is empty."] }
        let oldest = statistics.oldest.map { "; the oldest was queued \(QueueMoment.both($0, now: now))" } ?? ""
        let states = RecipientState.allCases.compactMap { state in
            statistics.recipients[state].map { "\(SafeText.grouped($0)) \(QueueQuery.State(state))" }
        }
        let size = "\(SafeText.grouped(statistics.bytes)) bytes"
        var lines = [
            "\(SafeText.count(statistics.messages, "message")), \(size)\(oldest).",
            "Recipients: \(states.joined(separator: ", ")).",
        ]
        guard !statistics.destinations.isEmpty else { return lines }
        let rows = statistics.destinations.map { destination in
            [
                SafeText.shown(destination.name), SafeText.grouped(destination.recipients),
                SafeText.grouped(destination.held),
                destination.due.map { $0 <= now ? "now" : "in " + QueueMoment.brief(from: now, to: $0) } ?? "-",
            ]
        }
        lines += [""] + Table.lines([["Domain", "Recipients", "Held", "Next"]] + rows)
        return lines
    }
}
