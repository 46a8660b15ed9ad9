package import Backend
import LocalDomains
package import PluginKit
package import Settings

/// `smtp_forward.ini`.
package final class ForwardSettings: PluginSettings {
    package enum Selector: String { case recipient = "rcpt_to", sender = "mail_from" }

    /// What one section says, or the main one where it is silent.
    package final class Destination: Sendable {
        /// "main" or a domain.
        package let name: String
        package let terms: BackendTerms
        package let pool: HostPool
        /// Whether a server is named: nobody's mail goes to a default one.
        package let hasServer: Bool
        package let takesOutbound: Bool
        package let onePerRecipient: Bool
        /// Haraka's queue.wants; nil for none.
        package let queue: String?

        init(_ section: SettingsSection, defaultPort: Int) throws(PluginError) {
            name = section.name
            terms = try BackendTerms(section, defaultPort: defaultPort)
            pool = HostPool(terms.remotes, rest: terms.rest)
            hasServer = section.has(anyOf: "host", "port", "forwarding_host_pool")
            takesOutbound = try section.boolean("enable_outbound", default: false)
            onePerRecipient = try section.boolean("one_message_per_rcpt", default: false)
            queue = section.has("queue") ? section.text("queue", default: "") : nil
        }
    }

    package let main: Destination
    private let domains: [String: Destination]
    private let local: LocalDomains
    package let selector: Selector
    let checksSender: Bool
    let checksRecipient: Bool

    package init(_ settings: Settings) throws(PluginError) {
        let file = "smtp_forward.ini"
        let (mainSection, named) = try settings.parts(of: file)
        main = try Destination(mainSection, defaultPort: 2555)
        if main.takesOutbound, !main.hasServer {
            throw mainSection.wrong("enable_outbound", "enable_outbound needs a host or a forwarding_host_pool")
        }
        var domains: [String: Destination] = [:]
        for section in named { domains[section.name.lowercased()] = try Self.domain(section, over: mainSection) }
        self.domains = domains
        local = try LocalDomains(settings)
        let selector = mainSection.text("domain_selector", default: "rcpt_to")
        guard let selector = Selector(rawValue: selector) else {
            throw mainSection.wrong(
                "domain_selector",
                "domain_selector is \"\(selector)\", but must be rcpt_to or mail_from"
            )
        }
        self.selector = selector
        checksSender = try mainSection.boolean("check_sender", default: false)
        checksRecipient = try mainSection.boolean("check_recipient", default: false)
    }

    private static func domain(
        _ section: SettingsSection,
        over main: SettingsSection
    ) throws(PluginError) -> Destination {
        // Hosts are one thing: a domain with a host of its own has no part in the main one's pool or port.
        let own = section.has(anyOf: "host", "forwarding_host_pool")
        let lower = own ? main.without("host", "port", "forwarding_host_pool") : main
        let destination = try Destination(section.over(lower), defaultPort: own ? 25 : 2555)
        // One that leaves its mail to another plugin needs none.
        guard destination.hasServer || !isOurs(destination.queue) else {
            let sentence = "[\(section.name)] needs a host or a forwarding_host_pool, here or at the top of the file"
            throw section.wrong("host", sentence)
        }
        return destination
    }

    package var warnings: [String] {
        guard !main.hasServer, domains.isEmpty else { return [] }
        return ["smtp_forward.ini names no server, so queue/smtp_forward takes no mail: give host"]
    }

    /// Whether a message that is for that queue plugin is delivered by this one, now or from the server's queue.
    static func isOurs(_ queue: String?) -> Bool { queue == nil || queue == "smtp_forward" || queue == "outbound" }

    /// The domain's own section.
    package func section(of domain: String) -> Destination? { domains[domain.lowercased()] }

    /// Where a recipient's mail goes when it is forwarded; nil when no server is named for it.
    package func destination(recipient: String, sender: String) -> Destination? {
        let destination = section(of: selector == .recipient ? recipient : sender) ?? main
        return destination.hasServer ? destination : nil
    }

    /// Where the server's own queue delivers a domain's mail; nil leaves that to others.
    ///
    /// The main host only stands for what is surely its own: local domains, and everything when it takes outbound mail.
    package func queued(domain: String, sender: String) -> Destination? {
        if let section = section(of: selector == .recipient ? domain : sender) {
            return section.hasServer && Self.isOurs(section.queue) ? section : nil
        }
        guard main.hasServer else { return nil }
        if main.takesOutbound || local.contain(domain: domain, address: { "postmaster@\(domain)" }) { return main }
        return nil
    }
}
