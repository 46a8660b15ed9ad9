package import PluginKit
import Settings

/// Hands mail to qmail-queue, or to a program that reads as it does.
///
/// Its calls wait for the program, so they run on the plugin's lane, several at the same time.
package struct QueueQmailQueue: Plugin {
    package static let id = "org.haraka.queue.qmail-queue"
    package static let version = "1.0"

    package static var hooks: [Hook<Self>] { [.queue(queue), .queueOutbound(queueOutbound)] }

    private let host: Host
    private let settings: Current<QmailQueueSettings>

    package init(_ host: Host) throws {
        self.host = host
        settings = try Current(reading: host)
    }

    package func reconfigure() throws { try settings.reread(host) }

    @Sendable private func queueOutbound(_ message: borrowing Message) -> Verdict {
        settings.get().takesOutbound ? queue(message) : .continue
    }

    @Sendable private func queue(_ message: borrowing Message) -> Verdict {
        let recipients = message.recipients
        guard !recipients.isEmpty, recipients.count == message.recipientCount else {
            message.log(.error, "not queued: \(recipients.count) of \(message.recipientCount) recipients are known")
            return Self.later
        }
        let envelope = QmailQueue.envelope(
            sender: Self.plain(user: message.mailUser, domain: message.mailDomain, message.mailAddress),
            recipients: recipients.map { Self.plain(user: $0.user, domain: $0.domain, $0.address) }
        )
        guard let envelope else {
            message.log(.error, "not queued: an address holds a NUL")
            return .deny("An address of the envelope cannot be passed on", code: 550, enhanced: "5.1.3")
        }
        return submit(message, envelope)
    }

    private func submit(_ message: borrowing Message, _ envelope: [UInt8]) -> Verdict {
        let settings = settings.get()
        do {
            let code = try Submission(path: settings.path, timeout: settings.timeout).run(
                envelope: envelope,
                stillWanted: {
                    // Refused when the time is up for good: `isLive` then says so.
                    try? message.progress()
                    return message.isLive
                },
                text: { try message.forEachSegment($0) }
            )
            guard let code else {
                message.log(.error, "not queued: \(settings.path) ended without having read all of it")
                return Self.later
            }
            switch QmailQueue.outcome(ofExit: code) {
            case .taken:
                message.log(.info, "queued by \(settings.path)")
                return .ok
            case .refused(let reason):
                message.log(.notice, "refused by \(settings.path): \(reason)")
                return .deny("The message was refused", code: 554, enhanced: code == 31 ? "5.3.0" : "5.1.3")
            case .later(let reason):
                message.log(.error, "not queued by \(settings.path): \(reason)")
                return Self.later
            }
        } catch {
            message.log(.error, "not queued by \(settings.path): \(error)")
            return Self.later
        }
    }

    // qmail's addresses have no quotes: RFC 5321's are the wire's only.
    private static func plain(user: String?, domain: String?, _ address: String?) -> String {
        guard let user, let domain, !user.isEmpty else { return address ?? "" }
        return domain.isEmpty ? user : "\(user)@\(domain)"
    }

    private static var later: Verdict {
        .denySoft("The message cannot be queued now, try later", code: 451, enhanced: "4.3.0")
    }
}
