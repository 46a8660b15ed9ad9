import Handover
package import PluginKit

/// Puts the mail of clients that may relay into the server's queue, before plugins that stand behind it can take it.
package struct QueueDeliver: Plugin {
    package static let id = "org.haraka.queue.deliver"
    package static let version = "1.0"

    package static var hooks: [Hook<Self>] { [.queueOutbound(deliver)] }

    package init(_ host: Host) throws { try host.requireOutbound() }

    package func reconfigure() {}

    @Sendable private func deliver(_ message: borrowing Message) throws -> Verdict {
        guard message.relaying else { return .continue }
        try message.enqueue()
        return .ok
    }
}
