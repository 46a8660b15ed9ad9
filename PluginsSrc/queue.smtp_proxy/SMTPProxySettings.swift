import Backend
import PluginKit
import Settings

/// `smtp_proxy.ini`.
final class SMTPProxySettings: PluginSettings {
    let terms: BackendTerms
    let pool: HostPool
    let takesOutbound: Bool
    let limit: Int
    /// What we are called in EHLO.
    let hello: String

    init(_ settings: Settings) throws(PluginError) {
        let file = "smtp_proxy.ini"
        let main = try settings.parts(of: file).main
        terms = try BackendTerms(main, defaultPort: 2555)
        pool = HostPool(terms.remotes, rest: terms.rest)
        takesOutbound = try main.boolean("enable_outbound", default: false)
        limit = try main.number("max_connections", default: 1000, in: 1...10_000)
        hello = settings.list("me").first ?? "localhost"
    }

    var warnings: [String] {
        var sentences: [String] = []
        if terms.allowsCleartext { sentences.append("smtp_proxy.ini lets the password cross the network in clear") }
        if terms.security == .required, !terms.verifiesTLS {
            sentences.append("smtp_proxy.ini trusts any certificate")
        }
        return sentences
    }
}
