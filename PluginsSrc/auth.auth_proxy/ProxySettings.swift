package import Backend
package import PluginKit
package import Settings

/// `auth_proxy.ini`.
package final class ProxySettings: PluginSettings {
    private static let file = "auth_proxy.ini"

    /// Where each domain's users are known; by its name in lower case.
    let domains: [String: [Remote]]
    let allowsCleartext: Bool
    let verifiesTLS: Bool
    let timeout: Duration
    /// What we are called in EHLO.
    let hello: String

    package init(
        domains: [String: [Remote]],
        allowsCleartext: Bool = false,
        verifiesTLS: Bool = true,
        timeout: Duration = .seconds(10),
        hello: String = "localhost"
    ) {
        self.domains = domains
        self.allowsCleartext = allowsCleartext
        self.verifiesTLS = verifiesTLS
        self.timeout = timeout
        self.hello = hello
    }

    package convenience init(_ settings: Settings) throws(PluginError) {
        self.init(
            domains: try Self.domains(settings),
            allowsCleartext: try settings.boolean(Self.file, "core.allow_cleartext", default: false),
            verifiesTLS: try settings.boolean(Self.file, "core.tls_verify", default: true),
            timeout: try Self.timeout(settings),
            hello: settings.list("me").first ?? "localhost"
        )
    }

    package var warnings: [String] {
        var sentences: [String] = []
        if domains.isEmpty { sentences.append("auth_proxy.ini lets nobody log in: no domain") }
        if allowsCleartext { sentences.append("auth_proxy.ini lets passwords cross the network in clear") }
        if !verifiesTLS { sentences.append("auth_proxy.ini trusts any certificate") }
        return sentences
    }

    var tls: NetTLS { verifiesTLS ? .verified : .unverified }

    private static func timeout(_ settings: Settings) throws(PluginError) -> Duration {
        let text = settings.text(file, "core.timeout", default: "10")
        guard let seconds = Int(text), (1...300).contains(seconds) else {
            throw settings.wrong(file, key: "core.timeout", "timeout is \"\(text)\", but must be 1 to 300 seconds")
        }
        return .seconds(seconds)
    }

    private static func domains(_ settings: Settings) throws(PluginError) -> [String: [Remote]] {
        var domains: [String: [Remote]] = [:]
        for (domain, text) in try settings.section(file, "domains") {
            let words = text.split { " \t,;".contains($0) }
            var remotes: [Remote] = []
            for word in words {
                guard let remote = Remote(String(word)) else {
                    throw settings.wrong(
                        file,
                        key: "domains.\(domain)",
                        "\"\(word)\" of \(domain) is no HOST or HOST:PORT"
                    )
                }
                remotes.append(remote)
            }
            guard !remotes.isEmpty else {
                throw settings.wrong(file, key: "domains.\(domain)", "\(domain) has no server to ask")
            }
            domains[domain.lowercased()] = remotes
        }
        return domains
    }
}
