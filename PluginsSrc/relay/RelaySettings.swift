import Networks
import PluginKit
import Settings

/// `relay.ini`, `relay_acl_allow` and `relay_dest_domains.ini`, as one call sees them.
final class RelaySettings: PluginSettings {
    /// Clients that may send anywhere; empty with `acl=false`.
    let allowed: [IPNetwork]
    let all: Bool
    let usesDestinations: Bool
    let forcesRouting: Bool
    /// By domain in lower case; "any" serves those without a line of their own.
    let destinations: [String: Destination]

    init(_ settings: Settings) throws(PluginError) {
        let file = "relay.ini"
        allowed =
            try settings.boolean(file, "relay.acl", default: true)
            ? try NetworkFile.networks("relay_acl_allow", settings) : []
        all = try settings.boolean(file, "relay.all", default: false)
        usesDestinations = try settings.boolean(file, "relay.dest_domains", default: false)
        forcesRouting = try settings.boolean(file, "relay.force_routing", default: false)
        destinations =
            usesDestinations || forcesRouting ? try Self.destinations("relay_dest_domains.ini", settings) : [:]
    }

    /// Whether the access list lets that client relay; a client without an address is none of its.
    func allows(_ ip: String?) -> Bool {
        guard !allowed.isEmpty, let address = ip.flatMap({ IPAddress($0) }) else { return false }
        return allowed.contains { $0.contains(address) }
    }

    /// What is to be done with a recipient of that domain; nil leaves it to others.
    func action(for domain: String) -> Destination.Action? {
        usesDestinations ? destinations[domain]?.action : nil
    }

    /// Where mail for that domain is forced to go.
    func nextHop(for domain: String) -> String? {
        guard forcesRouting else { return nil }
        return (destinations[domain] ?? destinations["any"])?.nextHop
    }

    var warnings: [String] { openRelay.map { ["\($0): this server is an open relay"] } ?? [] }

    /// What makes everybody a relaying client; nil when nothing does.
    private var openRelay: String? {
        if all { return "relay.ini has all=true" }
        return allowed.contains { $0.prefix == 0 } ? "relay_acl_allow has a network of all addresses" : nil
    }

    private static func destinations(
        _ file: String,
        _ settings: Settings
    ) throws(PluginError) -> [String: Destination] {
        var destinations: [String: Destination] = [:]
        for (domain, text) in try settings.section(file, "domains") {
            do throws(Destination.Wrong) {
                destinations[domain.lowercased()] = try Destination(text)
            } catch {
                throw settings.wrong(file, key: "domains.\(domain)", "\(domain) \(error.sentence)")
            }
        }
        return destinations
    }
}
