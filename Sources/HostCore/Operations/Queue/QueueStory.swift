internal import Queue

/// What `haraka queue why` tells of a message: what has happened, what happens next and when, and what helps.
struct QueueStory {
    let entry: QueueEntry
    /// The service directory, as the command names it.
    let directory: String
    let now: QueueTime
    let isRunning: Bool
    /// `disabled` of outbound.ini.
    let isDisabled: Bool

    var lines: [String] { [beginning] + entry.recipients.flatMap(told) + advice }

    private var beginning: String {
        let message = entry.message
        let client = message.client.isEmpty ? "" : "; it came from \(SafeText.shown(message.client))"
        return "\(SafeText.shown(message.name)), \(SafeText.count(message.size, "byte")), is from "
            + "\(SafeText.path(message.sender)) and was queued \(moment(message.queued))\(client)."
    }

    private func told(_ recipient: QueuedRecipient) -> [String] {
        ["\(SafeText.path(recipient.address)): \(last(recipient))", "  \(next(recipient))"]
    }

    private func last(_ recipient: QueuedRecipient) -> String {
        guard let tried = recipient.tried else {
            return recipient.reply.map { "it was not tried: \(SafeText.shown($0))" } ?? "it was not tried yet."
        }
        let times = recipient.attempts == 1 ? "once" : SafeText.count(recipient.attempts, "time")
        let reply = SafeText.shown(recipient.reply ?? "nothing")
        let host = recipient.host.map { ", with \(SafeText.shown($0))" } ?? ""
        return "it was tried \(times), last \(moment(tried))\(host): \(reply)"
    }

    private func next(_ recipient: QueuedRecipient) -> String {
        switch recipient.state {
        case .delivered: "It was delivered."
        case .failed: "It is given up, and not tried any more."
        case .held: "It is held, and not tried until it is released."
        case .leased where isRunning: "It is being delivered right now."
        case .leased: "It was being delivered when the server ended, and is tried when the server runs again."
        case .waiting where isDisabled:
            "Delivery is disabled (disabled=true in config/outbound.ini), and it is not tried until that is changed."
        case .waiting where !isRunning:
            "No server runs, and it is not tried until one does\(recipient.due > now ? "; it is due \(due(recipient))" : "")."
        case .waiting where recipient.due > now: "It is tried next \(due(recipient))."
        case .waiting:
            "It is due now, and tried when a connection is free; if no host of \(SafeText.shown(recipient.destination)) "
                + "could be reached a moment ago, that takes up to ten minutes."
        }
    }

    private func due(_ recipient: QueuedRecipient) -> String { QueueMoment.both(recipient.due, now: now) }

    private func moment(_ time: QueueTime) -> String {
        "\(QueueMoment.local(time)) (\(QueueMoment.relative(time, now: now)))"
    }

    /// Commands that help.
    private var advice: [String] {
        let states = Set(entry.recipients.map(\.state))
        let (place, name) = (SafeText.word(directory), SafeText.word(entry.message.name))
        var lines: [String] = []
        if states.contains(.waiting), isDisabled {
            lines.append("Set disabled=false in config/outbound.ini, then: haraka reload -c \(place)")
        }
        if !isRunning { lines.append("Start the server: haraka -c \(place)") }
        guard lines.isEmpty else { return lines }
        if states.contains(.held) { lines.append("Release it: haraka queue release \(name) -c \(place)") }
        if states.contains(.waiting) { lines.append("Try it now: haraka queue retry \(name) -c \(place)") }
        return lines.isEmpty ? ["See what becomes of it: haraka log \(name) -c \(place)"] : lines
    }
}
