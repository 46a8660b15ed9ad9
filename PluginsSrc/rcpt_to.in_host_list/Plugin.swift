import LocalDomains
package import PluginKit
import Settings

/// Accepts recipients of the domains in `host_list` and `host_list_regex`.
package struct InHostList: Plugin {
    package static let id = "org.haraka.rcpt_to.in_host_list"
    package static let version = "1.0"

    package static var hooks: [Hook<Self>] {
        [
            .mail(mail, inline: true), .rcpt(rcpt, inline: true),
            // Behind those that name a host for such a domain.
            .getMX(nextHop, priority: 100, inline: true),
        ]
    }

    /// What the configuration says.
    final class Lists: PluginSettings {
        let domains: LocalDomains
        let antiSpoof: Bool

        init(_ settings: Settings) throws(PluginError) {
            domains = try LocalDomains(settings)
            antiSpoof = try settings.boolean(list: "host_list.anti_spoof", default: false)
        }
    }

    private let host: Host
    private let lists: Current<Lists>
    /// Whether the operator grants the capability `queue`, as the shipped plugins.ini does.
    private let mayNameHops: Bool

    package init(_ host: Host) throws {
        self.host = host
        mayNameHops = (try? host.outbound) != nil
        lists = try Current(reading: host)
    }

    package func reconfigure() throws { try lists.reread(host) }

    /// Notes a sender of ours; with anti_spoof only a relaying client may be one.
    ///
    /// A stranger's mail leaves no result: that is nearly every message, and a note costs as much as the look-up.
    @Sendable private func mail(_ sender: borrowing Sender) throws -> Verdict {
        guard !sender.isNull else { return .continue }
        let lists = lists.get()
        guard lists.domains.contain(domain: sender.domain, address: { sender.address }) else { return .continue }
        if lists.antiSpoof && !sender.relaying {
            sender.result(.fail, "mail_from.anti_spoof")
            let text = "Mail from domain '\(sender.domain)' is not allowed from your host"
            return .deny(text, code: 550, enhanced: "5.7.1")
        }
        sender.result(.pass, "mail_from")
        try sender.transactionNotes.set(true, for: "@local_sender")
        return .continue
    }

    /// Queued mail of our domains goes to the queue plugins here: DNS would send it back to us.
    @Sendable private func nextHop(_ delivery: borrowing Delivery) throws -> Verdict {
        guard mayNameHops,
            lists.get().domains.contain(domain: delivery.domain, address: { "postmaster@\(delivery.domain)" })
        else { return .continue }
        try delivery.addNextHop(.ownQueue)
        return .ok
    }

    /// Settles a recipient of ours; of others it has no opinion.
    @Sendable private func rcpt(_ recipient: borrowing Recipient) -> Verdict {
        guard lists.get().domains.contain(domain: recipient.domain, address: { recipient.address }) else {
            return .continue
        }
        return .ok
    }
}
