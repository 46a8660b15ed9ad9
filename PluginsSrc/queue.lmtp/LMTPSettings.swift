import Backend
package import Handover
import LocalDomains
package import PluginKit
package import Settings

/// `lmtp.ini`.
package final class LMTPSettings: PluginSettings {
    /// Where mail of local domains goes; nil when nothing says so.
    private let main: Route.Place?
    private let domains: [String: Route.Place]
    private let local: LocalDomains
    /// Whether mail is delivered before the answer instead of from the server's queue.
    let isDirect: Bool

    package init(_ settings: Settings) throws(PluginError) {
        let file = "lmtp.ini"
        let (mainSection, named) = try settings.parts(of: file)
        // Without a word about a server the local domains are other plugins'.
        main = mainSection.has(anyOf: "host", "port", "path") ? try Self.place(mainSection) : nil
        isDirect = try mainSection.boolean("direct", default: false)
        var domains: [String: Route.Place] = [:]
        for section in named {
            guard section.has(anyOf: "path", "host") else {
                throw section.wrong("host", "[\(section.name)] needs a host or a path")
            }
            domains[section.name.lowercased()] = try Self.place(section)
        }
        self.domains = domains
        local = try LocalDomains(settings)
    }

    package var warnings: [String] {
        main == nil && domains.isEmpty
            ? ["lmtp.ini names no server, so queue/lmtp takes no mail: give host or path"] : []
    }

    /// Where a domain's mail goes; nil when no server here takes it.
    package func route(to domain: String) -> Route? {
        var route: Route
        if let place = domains[domain.lowercased()] {
            route = Route([place])
        } else if let main, local.contain(domain: domain, address: { "postmaster@\(domain)" }) {
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
