import Backend
import Handover
package import PluginKit
import Settings

/// Gives each message to another server before the client gets its answer, by domain.
package struct QueueSMTPForward: Plugin {
    package static let id = "org.haraka.queue.smtp_forward"
    package static let version = "1.0"

    package static var hooks: [Hook<Self>] {
        [
            .mail(checkSender, inline: true), .rcpt(checkRecipient, inline: true), .queue(forwardInbound),
            .queueOutbound(forwardOutbound), .getMX(leftover, priority: Leftover.priority), .getMX(nextHop),
        ]
    }

    private let host: Host
    private let settings: Current<ForwardSettings>

    package init(_ host: Host) throws {
        try host.requireOutbound()
        self.host = host
        settings = try Current(reading: host)
    }

    package func reconfigure() throws { try settings.reread(host) }

    // MARK: Checks

    /// Who sends as one of the domains here has to be somebody who may relay.
    @Sendable private func checkSender(_ sender: borrowing Sender) -> Verdict {
        let settings = settings.get()
        guard settings.checksSender, !sender.isNull, settings.section(of: sender.domain) != nil else {
            return .continue
        }
        guard sender.relaying else {
            sender.result(.fail, "mail_from!spoof")
            return .deny("Spoofed MAIL FROM", code: 550, enhanced: "5.7.1")
        }
        sender.transactionNotes["local_sender"] = true
        sender.result(.pass, "mail_from")
        return .continue
    }

    /// Takes recipients of the domains here, and any of a sender who belongs here.
    @Sendable private func checkRecipient(_ recipient: borrowing Recipient) -> Verdict {
        let settings = settings.get()
        guard settings.checksRecipient else { return .continue }
        if recipient.relaying, recipient.transactionNotes["local_sender"]?.bool == true {
            recipient.result(.pass, "relaying local_sender")
            return want("outbound", recipient.transactionNotes) ? .ok : Self.split
        }
        guard let section = settings.section(of: recipient.domain) else {
            recipient.result(.msg, "rcpt!local")
            return .continue
        }
        guard let queue = section.queue else {
            recipient.result(.pass, "rcpt_to")
            return .ok
        }
        guard want(queue, recipient.transactionNotes) else {
            recipient.result(.pass, "rcpt_to.split")
            return Self.split
        }
        recipient.result(.pass, "rcpt_to")
        return .ok
    }

    /// Says which queue plugin the message is for; false when another one has been said.
    private func want(_ queue: String, _ notes: Notes) -> Bool {
        guard let wanted = notes["@queue.wants"]?.string else {
            notes["@queue.wants"] = .string(queue)
            return true
        }
        return wanted == queue
    }

    private static var split: Verdict { .denySoft("Split transaction, retry soon", code: 451, enhanced: "4.5.3") }

    // MARK: The message

    @Sendable private func forwardOutbound(_ message: borrowing Message) async throws -> Verdict {
        let settings = settings.get()
        let isWanted = message.recipients.allSatisfy {
            settings.destination(recipient: $0.domain, sender: message.mailDomain ?? "")?.takesOutbound ?? false
        }
        return isWanted ? try await forward(message) : .continue
    }

    @Sendable private func forwardInbound(_ message: borrowing Message) async throws -> Verdict {
        // What a relaying client sends gets to the server's queue by itself; this is for the mail of strangers.
        if message.transactionNotes["@queue.wants"]?.string == "outbound" {
            try message.enqueue()
            return .ok
        }
        return try await forward(message)
    }

    private func forward(_ message: borrowing Message) async throws -> Verdict {
        if let wanted = message.transactionNotes["@queue.wants"]?.string, wanted != "smtp_forward" { return .continue }
        let settings = settings.get()
        let sender = message.mailDomain ?? ""
        let recipients = message.recipients
        guard !recipients.isEmpty, recipients.count == message.recipientCount else {
            message.log(.error, "not forwarded: \(recipients.count) of \(message.recipientCount) recipients are known")
            return .nextServerFails
        }
        guard let groups = Groups(recipients, sender: sender, settings) else { return .continue }
        var outcomes: [Outcome] = []
        for group in groups.groups {
            let destination = group.destination
            let route = Route(destination.terms, destination.pool)
            outcomes += await message.hand(to: route, group.recipients, settle: destination.pool)
        }
        return message.conclude(outcomes)
    }

    // MARK: The server's queue

    @Sendable private func nextHop(_ delivery: borrowing Delivery) throws -> Verdict {
        guard ForwardSettings.isOurs(delivery.transactionNotes["@queue.wants"]?.string) else { return .continue }
        let sender = delivery.mailDomain ?? ""
        return try lead(delivery, to: settings.get().queued(domain: delivery.domain, sender: sender))
    }

    /// Whoever did not get a message that others got is tried where the others were, whatever the domain.
    @Sendable private func leftover(_ delivery: borrowing Delivery) throws -> Verdict {
        guard delivery.isLeftover else { return .continue }
        let sender = delivery.mailDomain ?? ""
        return try lead(delivery, to: settings.get().destination(recipient: delivery.domain, sender: sender))
    }

    private func lead(
        _ delivery: borrowing Delivery,
        to destination: ForwardSettings.Destination?
    ) throws -> Verdict {
        guard let destination else { return .continue }
        try delivery.add(Route(destination.terms, destination.pool))
        return .ok
    }
}
