internal import Outbound
internal import Queue

/// What `haraka queue why` tells of a message: what has happened, what happens next and when, and what helps.
struct QueueStory {
    let entry: QueueEntry
    let site: QueueSite
    let now: QueueTime

    /// What is told of one recipient.
    struct Chapter {
        /// Nil where nothing has gone wrong.
        let cause: QueueCause?
        /// The cause in plain words.
        let explanation: String?
        /// What a plugin has said of where it goes; nil where none has, as far as is known.
        let post: Signposts.Post?
        /// How far the conversation had come.
        let step: String?
        /// What happens next, and when.
        let next: String
        /// When it is given up, while it is tried.
        let outlook: RetryOutlook?
        /// Commands for this very case; the best is the first.
        let advice: [QueueAdvice]
    }

    var lines: [String] { [beginning] + entry.recipients.flatMap(told) + [last] }

    private var beginning: String {
        let message = entry.message
        let client = message.client.isEmpty ? "" : "; it came from \(SafeText.shown(message.client))"
        return "\(SafeText.shown(message.name)), \(SafeText.count(message.size, "byte")), is from "
            + "\(SafeText.path(message.sender)) and was queued \(moment(message.queued))\(client)."
    }

    private func told(_ recipient: QueuedRecipient) -> [String] {
        let chapter = chapter(recipient)
        var lines = ["\(SafeText.path(recipient.address)): \(attempts(recipient))"]
        if let original = recipient.original, original != recipient.address {
            lines.append("  It was for \(SafeText.path(original)) at first.")
        }
        if let explanation = chapter.explanation { lines.append("  \(explanation)") }
        if let post = chapter.post { lines.append("  \(guidance(post))") }
        lines.append("  \(chapter.next)")
        if let warned = recipient.warned {
            lines.append("  The sender was told that it takes long, \(moment(warned)).")
        }
        // The last line of all has what is the same for everybody.
        lines += chapter.advice.filter { $0 != common }.map { "  \($0.line)" }
        return lines
    }

    private func attempts(_ recipient: QueuedRecipient) -> String {
        guard let tried = recipient.tried else {
            return recipient.reply.map { "it was not tried: \(SafeText.shown($0))" } ?? "it was not tried yet."
        }
        let times = recipient.attempts == 1 ? "once" : SafeText.count(recipient.attempts, "time")
        let reply = SafeText.shown(recipient.reply ?? "nothing")
        let host = recipient.host.map { ", with \(SafeText.shown($0))" } ?? ""
        return "it was tried \(times), last \(moment(tried))\(host): \(reply)"
    }

    /// What is known of one recipient.
    func chapter(_ recipient: QueuedRecipient) -> Chapter {
        let facts = QueueCase(site: site, message: entry.message, recipient: recipient)
        let reply = recipient.reply.map { LastReply($0, host: recipient.host) }
        let cause = recipient.state == .delivered ? nil : reply.map(QueueCause.init)
        let outlook: RetryOutlook? =
            recipient.state == .waiting
            ? RetryOutlook(
                after: recipient.attempts,
                due: max(recipient.due, now),
                arrived: entry.message.queued,
                site.settings
            ) : nil
        return Chapter(
            cause: cause,
            explanation: cause.map { $0.sentence(facts) },
            post: facts.post,
            step: reply?.step,
            next: [next(recipient), outlook.map(end)].compactMap(\.self).joined(separator: " "),
            outlook: outlook,
            advice: advice(facts, cause)
        )
    }

    /// Who has named the host, where that was neither a route nor DNS.
    private func guidance(_ post: Signposts.Post) -> String {
        let plugin = "The plugin \(SafeText.shown(post.plugin)) (hook get_mx)"
        let places = post.waypoints.map { SafeText.shown($0.shown) }
        guard !places.isEmpty else { return "\(plugin) leaves it to this server's own plugins of hook queue." }
        return "\(plugin) has named where it goes, not config/outbound.routes.ini or DNS: "
            + "\(places.joined(separator: ", "))."
    }

    private func note(_ recipient: QueuedRecipient) -> DestinationNote? {
        guard recipient.state == .waiting, !site.settings.isDisabled, site.isRunning else { return nil }
        return site.states?[recipient.destination].flatMap { DestinationNote($0, now: now) }
    }

    private func next(_ recipient: QueuedRecipient) -> String {
        switch recipient.state {
        case .delivered: "It was delivered."
        case .failed: "It is given up, and not tried any more."
        case .held: "It is held, and not tried until it is released."
        case .deleted: "It is deleted, and goes for good \(due(recipient))."
        case .leased where site.isRunning: "It is being delivered right now."
        case .leased: "It was being delivered when the server ended, and is tried when the server runs again."
        case .waiting where site.settings.isDisabled:
            "Delivery is disabled (disabled=true in config/outbound.ini), and it is not tried until that is changed."
        case .waiting where !site.isRunning:
            "No server runs, and it is not tried until one does\(recipient.due > now ? "; it is due \(due(recipient))" : "")."
        case .waiting where recipient.due > now:
            ["It is tried next \(due(recipient)).", note(recipient).flatMap { later($0, than: recipient.due) }]
                .compactMap(\.self).joined(separator: " ")
        case .waiting where site.states != nil:
            "It is due now. " + (note(recipient)?.sentence(now: now) ?? "It is tried when a connection is free.")
        case .waiting:
            "It is due now, and tried when a connection is free; if no host of \(SafeText.shown(recipient.destination)) "
                + "could be reached a moment ago, that takes up to ten minutes."
        }
    }

    /// Only where it puts the next attempt off.
    private func later(_ note: DestinationNote, than due: QueueTime) -> String? {
        note.until > due ? note.sentence(now: now) : nil
    }

    private func end(_ outlook: RetryOutlook) -> String {
        guard outlook.attempts > 1 else { return "That is the last attempt: if it fails too, it is given up." }
        return "If all fails it is given up \(QueueMoment.both(outlook.end, now: now)), after "
            + "\(SafeText.count(outlook.attempts, "more attempt"))."
    }

    private func advice(_ facts: QueueCase, _ cause: QueueCause?) -> [QueueAdvice] {
        switch facts.recipient.state {
        case .delivered, .failed: return (cause?.advice(facts) ?? []).filter { !$0.isForMail } + [facts.log]
        case .deleted: return [facts.undelete]
        case .held: return [facts.release]
        case .leased: return site.isRunning ? [facts.log] : [facts.start]
        case .waiting:
            let obstacles =
                (site.settings.isDisabled ? [facts.enable] : []) + (site.isRunning ? [] : [facts.start])
            guard obstacles.isEmpty else { return obstacles }
            let advice = cause?.advice(facts) ?? []
            guard let flush = note(facts.recipient)?.advice(site.place) else { return advice + [facts.retry] }
            // To retry it would change nothing while its domain is left alone.
            return advice.filter { $0.command != flush.command } + [flush]
        }
    }

    /// What helps the whole message most.
    private var common: QueueAdvice? {
        let advice = entry.recipients.map { recipient in
            self.advice(QueueCase(site: site, message: entry.message, recipient: recipient), nil).last
        }
        // Who waits matters more than who doesn't any more.
        let states = entry.recipients.map(\.state)
        let order: [RecipientState] = [.waiting, .held, .leased, .deleted, .failed, .delivered]
        let best = order.lazy.compactMap { state in states.firstIndex(of: state) }.first
        return best.flatMap { advice[$0] }
    }

    private var last: String { common?.line ?? "" }

    private func due(_ recipient: QueuedRecipient) -> String { QueueMoment.both(recipient.due, now: now) }

    private func moment(_ time: QueueTime) -> String {
        "\(QueueMoment.local(time)) (\(QueueMoment.relative(time, now: now)))"
    }
}
