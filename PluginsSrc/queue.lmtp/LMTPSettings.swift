import Backend
package import Handover
import LocalDomains
package import PluginKit
package import Settings

/// `lmtp.ini`.
package final class LMTPSettings: Sendable {
    private let main: Route.Place
    private let domains: [String: Route.Place]
    private let local: LocalDomains
    /// Whether mail is delivered before the answer instead of from the server's queue.
    let isDirect: Bool

    package init(_ settings: Settings) throws(PluginError) {
        let file = "lmtp.ini"
        let sections = try settings.sections(file)
        let mainSection =
            sections.first { $0.name == "main" } ?? SettingsSection(settings: settings, file: file, name: "main")
        main = try Self.place(mainSection)
        isDirect = try mainSection.boolean("direct", default: false)
        var domains: [String: Route.Place] = [:]
        for section in sections where section.name != "main" {
            guard section.has("path") || section.has("host") else {
                throw section.wrong("host", "[\(section.name)] needs a host or a path")
            }
            domains[section.name.lowercased()] = try Self.place(section)
        }
        self.domains = domains
        local = try LocalDomains(settings)
    }

    /// Where a domain's mail goes; nil when the domain is nobody's here.
    package func route(to domain: String) -> Route? {
        var route: Route
        if let place = domains[domain.lowercased()] {
            route = Route([place])
        } else if local.contain(domain: domain, address: { "postmaster@\(domain)" }) {
            route = Route([main])
        } else {
            return nil
        }
        route.isLMTP = true
        return route
    }

    private static func place(_ section: SettingsSection) throws(PluginError) -> Route.Place {
        if section.has("path") {
            let path = section.text("path", default: "")
            guard path.hasPrefix("/") else { throw section.wrong("path", "\"\(path)\" is no whole path of a socket") }
            return .path(path)
        }
        let host = section.text("host", default: "localhost")
        let port = try section.number("port", default: 24, in: 1...65_535)
        guard let remote = Remote(alone: host, port: port) else {
            throw section.wrong("host", "\"\(host)\" is no host; the port has a key of its own")
        }
        return .host(remote)
    }
}
