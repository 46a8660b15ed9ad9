package import PluginKit
import Settings

/// Takes mail and throws it away: where a plugin has left the note `@discard`, or all of it.
package struct QueueDiscard: Plugin {
    package static let id = "org.haraka.queue.discard"
    package static let version = "1.0"

    package static var hooks: [Hook<Self>] {
        [.queue(discard, inline: true), .queueOutbound(discard, inline: true)]
    }

    private let host: Host
    private let settings: Current<DiscardSettings>

    package init(_ host: Host) throws {
        self.host = host
        settings = try Current(reading: host)
    }

    package func reconfigure() throws { try settings.reread(host) }

    @Sendable private func discard(_ message: borrowing Message) -> Verdict {
        guard settings.get().all || isMarked(message.transactionNotes) || isMarked(message.connectionNotes) else {
            return .continue
        }
        message.log(.debug, "discarded")
        return .ok
    }

    private func isMarked(_ notes: Notes) -> Bool { notes["@discard"]?.bool ?? false }
}
