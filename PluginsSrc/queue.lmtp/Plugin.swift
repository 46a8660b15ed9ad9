import Backend
import Handover
package import PluginKit
import Settings

/// Delivers by LMTP: from the server's queue, or before the client's answer.
package struct QueueLMTP: Plugin {
    package static let id = "org.haraka.queue.lmtp"
    package static let version = "1.0"

    package static var hooks: [Hook<Self>] {
        [.queue(take), .getMX(leftover, priority: Leftover.priority), .getMX(nextHop)]
    }

    private let host: Host
    private let settings: Current<LMTPSettings>

    package init(_ host: Host) throws {
        try host.requireOutbound()
        self.host = host
        settings = try Current(reading: host)
    }

    package func reconfigure() throws { try settings.reread(host) }

    @Sendable private func take(_ message: borrowing Message) async throws -> Verdict {
        if let wanted = message.transactionNotes["@queue.wants"]?.string, wanted != "lmtp" { return .continue }
        let settings = settings.get()
        let recipients = message.recipients
        // A message that is partly for elsewhere is left whole to whoever can deliver all of it.
        guard !recipients.isEmpty, recipients.allSatisfy({ settings.route(to: $0.domain) != nil }) else {
            return .continue
        }
        guard recipients.count == message.recipientCount else {
            message.log(.error, "not taken: \(recipients.count) of \(message.recipientCount) recipients are known")
            return .nextServerFails
        }
        guard settings.isDirect else {
            try message.enqueue()
            return .ok
        }
        var outcomes: [Outcome] = []
        for group in Dictionary(grouping: recipients, by: { settings.route(to: $0.domain)?.places }).values {
            guard let route = settings.route(to: group[0].domain) else { return .nextServerFails }
            outcomes += await message.hand(to: route, group)
        }
        return message.conclude(outcomes)
    }

    /// Before plugins that name another host for the domain: the others have had it from this one.
    @Sendable private func leftover(_ delivery: borrowing Delivery) throws -> Verdict {
        delivery.isLeftover ? try nextHop(delivery) : .continue
    }

    @Sendable private func nextHop(_ delivery: borrowing Delivery) throws -> Verdict {
        guard let route = settings.get().route(to: delivery.domain) else { return .continue }
        try delivery.add(route)
        return .ok
    }
}
