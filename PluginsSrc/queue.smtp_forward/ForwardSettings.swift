package import Backend
import LocalDomains
package import PluginKit
package import Settings

/// `smtp_forward.ini`.
package final class ForwardSettings: Sendable {
    package enum Selector: String { case recipient = "rcpt_to", sender = "mail_from" }

    /// What one section says, or the main one where it is silent.
    package final class Destination: Sendable {
        /// "main" or a domain.
        package let name: String
        package let terms: BackendTerms
        package let pool: HostPool
        package let takesOutbound: Bool
        package let onePerRecipient: Bool
        /// Haraka's queue.wants; nil for none.
        package let queue: String?

        init(_ section: SettingsSection, defaultPort: Int) throws(PluginError) {
            name = section.name
            terms = try BackendTerms(section, defaultPort: defaultPort)
            pool = HostPool(terms.remotes, rest: terms.rest)
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
        let sections = try settings.sections(file)
        let mainSection =
            sections.first { $0.name == "main" } ?? SettingsSection(settings: settings, file: file, name: "main")
        main = try Destination(mainSection, defaultPort: 2555)
        var domains: [String: Destination] = [:]
        for section in sections where section.name != "main" {
            // Hosts are one thing: a domain with a host of its own has no part in the main one's pool or port.
            let own = section.has("host") || section.has("forwarding_host_pool")
            let lower = own ? mainSection.without("host", "port", "forwarding_host_pool") : mainSection
            domains[section.name.lowercased()] = try Destination(section.over(lower), defaultPort: own ? 25 : 2555)
        }
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

    /// The domain's own section.
    package func section(of domain: String) -> Destination? { domains[domain.lowercased()] }

    /// Where a recipient's mail goes when it is forwarded.
    package func destination(recipient: String, sender: String) -> Destination {
        section(of: selector == .recipient ? recipient : sender) ?? main
    }

    /// Where the server's own queue delivers a domain's mail; nil leaves that to others.
    ///
    /// The main host only stands for what is surely its own: local domains, and everything when it takes outbound mail.
    package func queued(domain: String, sender: String) -> Destination? {
        if let section = section(of: selector == .recipient ? domain : sender) { return section }
        if main.takesOutbound || local.contain(domain: domain, address: { "postmaster@\(domain)" }) { return main }
        return nil
    }
}
