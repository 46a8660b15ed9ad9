import Disk
import LocalDomains
package import PluginKit
import Settings

/// Delivers into Maildirs below the service directory, and refuses recipients who have none.
///
/// Its calls block on the disk, so they run on the plugin's lane, several at the same time.
package struct QueueMaildir: Plugin {
    package static let id = "org.haraka.queue.maildir"
    package static let version = "1.0"

    package static var hooks: [Hook<Self>] { [.rcptOK(rcptOK), .queue(queue), .queueOutbound(queue)] }

    private let host: Host
    private let names = UniqueName()
    private let settings: Current<MaildirSettings>

    package init(_ host: Host) throws {
        self.host = host
        settings = Current(try MaildirSettings(Settings(host), names: names))
    }

    package func start() throws {
        do throws(DiskFailure) {
            try settings.get().maildir.prepare()
        } catch {
            host.warn("the mail folder cannot be used, so every recipient gets 451 until it can: \(error)")
        }
    }

    package func reconfigure() throws { settings.set(try MaildirSettings(Settings(host), names: names)) }

    /// Refuses a local recipient without a mailbox; of foreign ones it knows nothing.
    @Sendable private func rcptOK(_ recipient: borrowing Recipient) -> Verdict {
        let settings = settings.get()
        let domain = recipient.domain
        guard settings.domains.contain(domain: domain, address: { recipient.address }) else { return .continue }
        do throws(DiskFailure) {
            guard try settings.mailbox(user: recipient.user, domain: domain) == nil else { return .continue }
            recipient.result(.fail, "no mailbox")
            return .deny("No mailbox here by that name", code: 550, enhanced: "5.1.1")
        } catch {
            recipient.log(.error, "mailbox of \(recipient.address): \(error)")
            return Self.later
        }
    }

    /// Takes the message when every recipient is local.
    @Sendable private func queue(_ message: borrowing Message) -> Verdict {
        let settings = settings.get()
        let recipients = message.recipients
        // A message that is partly for elsewhere is left whole to whoever can deliver all of it.
        let isLocal = recipients.allSatisfy { recipient in
            settings.domains.contain(domain: recipient.domain) { recipient.address }
        }
        guard isLocal, !recipients.isEmpty else { return .continue }
        guard recipients.count == message.recipientCount else {
            message.log(.error, "not delivered: \(recipients.count) of \(message.recipientCount) recipients are known")
            return Self.later
        }
        do {
            let letters = try letters(to: recipients, from: message.mailAddress ?? "", settings)
            try settings.maildir.deliver(
                letters,
                stillWanted: { message.isLive },
                // Refused when the time is up for good: `stillWanted` then sees that.
                progress: { try? message.progress() },
                text: { try message.forEachSegment($0) }
            )
            message.log(.info, "delivered to \(letters.map(\.mailbox.description).joined(separator: ", "))")
            return .ok
        } catch is AnswerUnwanted {
            message.log(.warn, "not delivered: the disk took so long that the client was told to try again")
            return Self.later
        } catch {
            message.log(.error, "not delivered: \(error)")
            return Self.later
        }
    }

    /// One letter for each mailbox, however many of its addresses were given.
    private func letters(
        to recipients: [EnvelopeRecipient],
        from sender: String,
        _ settings: MaildirSettings
    ) throws -> [Letter] {
        var seen: Set<Mailbox> = []
        var letters: [Letter] = []
        for recipient in recipients {
            guard let mailbox = try settings.mailbox(user: recipient.user, domain: recipient.domain) else {
                throw PluginError("the mailbox of \(recipient.address) has gone since RCPT")
            }
            guard seen.insert(mailbox).inserted else { continue }
            letters.append(Letter(to: mailbox, sender: sender, recipient: recipient.address))
        }
        return letters
    }

    private static var later: Verdict {
        .denySoft("The mailbox cannot be written now, try later", code: 451, enhanced: "4.3.0")
    }
}
