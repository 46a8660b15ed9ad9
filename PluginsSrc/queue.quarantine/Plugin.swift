import Disk
package import PluginKit
import Settings

/// Puts a copy of marked mail aside, and lets the mail go on or answers it as the mark says.
///
/// Its calls block on the disk, so they run on the plugin's lane, several at the same time.
package struct QueueQuarantine: Plugin {
    package static let id = "org.haraka.queue.quarantine"
    package static let version = "1.0"

    package static var hooks: [Hook<Self>] { [.queue(keep), .queueOutbound(keep)] }

    private let host: Host
    private let names = UniqueName()
    private let settings: Current<QuarantineSettings>

    package init(_ host: Host) throws {
        self.host = host
        settings = try Current(reading: host)
    }

    package func start() throws {
        let quarantine = settings.get().quarantine
        do throws(DiskFailure) {
            quarantine.disk.close(try quarantine.disk.openOrMakeFolder(path: quarantine.root))
        } catch {
            host.warn("the quarantine cannot be used, so mail that belongs there gets 451 until it can: \(error)")
        }
    }

    package func reconfigure() throws { try settings.reread(host) }

    @Sendable private func keep(_ message: borrowing Message) -> Verdict {
        // As in Haraka the transaction's note counts more.
        let note = Order(message.transactionNotes["@quarantine"]) ?? Order(message.connectionNotes["@quarantine"])
        guard let order = note else { return .continue }
        if let complaint = order.complaint { message.log(.error, complaint) }
        let temporary = names.next()
        let id = message.transactionID
        do {
            let path = try settings.get().quarantine.keep(
                id.isEmpty || id.contains("/") ? temporary : id,
                in: order.folders + [Day.now()],
                writtenAs: temporary,
                stillWanted: { message.isLive },
                text: { try message.forEachSegment($0) }
            )
            message.transactionNotes["@quarantined"] = .string(path)
            message.result(.pass, path)
            message.log(.notice, "quarantined as \(path)")
        } catch {
            // What must not get through unseen does not: Haraka lets it go on.
            message.log(.error, "not quarantined: \(error)")
            return Self.later
        }
        let action = message.connectionNotes["@quarantine_action"] ?? message.transactionNotes["@quarantine_action"]
        if let verdict = Order.verdict(action) { return verdict }
        message.log(.error, "the note @quarantine_action is \"\(action?.string ?? "")\", which is no verdict")
        return Self.later
    }

    private static var later: Verdict {
        .denySoft("The message cannot be taken now, try later", code: 451, enhanced: "4.3.0")
    }
}
