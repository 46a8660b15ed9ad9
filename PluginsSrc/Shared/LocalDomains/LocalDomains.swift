package import PluginKit
package import Settings

/// The domains that this server takes mail for: `host_list` and `host_list_regex`.
package struct LocalDomains: Sendable {
    private let hosts: HostSet
    private let patterns: HostPatterns

    /// Reads both lists; a line that cannot be meant refuses the plugin.
    package init(_ settings: Settings) throws(PluginError) {
        let hosts = settings.list("host_list")
        if let wrong = hosts.first(where: { !Self.isHost($0) }) {
            throw settings.wrong(
                "host_list",
                entry: wrong,
                "\"\(wrong)\" is no domain; write one domain a line, without @ or blanks, e.g. example.org"
            )
        }
        self.hosts = HostSet(hosts)
        do throws(HostPatterns.BadPattern) {
            patterns = try HostPatterns(settings.list("host_list_regex"))
        } catch {
            throw settings.wrong(
                "host_list_regex",
                entry: error.line,
                "\"\(error.line)\" is no regular expression (\(error.reason)); write e.g. .*\\.example\\.org"
            )
        }
    }

    init(hosts: [String], patterns: [String] = []) throws(HostPatterns.BadPattern) {
        self.hosts = HostSet(hosts)
        self.patterns = try HostPatterns(patterns)
    }

    /// Whether mail to that address is for this server.
    ///
    /// The address is `user@domain`; only patterns look at it, so it is made only when there are some. An address without
    /// a domain can only be `postmaster`, whom every server has: RFC 5321 §4.5.1.
    package func contain(domain: String, address: () -> String) -> Bool {
        if domain.isEmpty || hosts.contains(domain.utf8.span) { return true }
        return !patterns.isEmpty && patterns.match(domain: domain, address: address())
    }

    private static func isHost(_ line: String) -> Bool {
        !line.isEmpty && line.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "@") }
    }
}
