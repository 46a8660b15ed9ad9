import Backend
import PluginKit
import Settings

/// `smtp_proxy.ini`.
final class SMTPProxySettings: Sendable {
    let terms: BackendTerms
    let pool: HostPool
    let takesOutbound: Bool
    let limit: Int
    /// What we are called in EHLO.
    let hello: String

    init(_ settings: Settings) throws(PluginError) {
        let file = "smtp_proxy.ini"
        let main =
            try settings.sections(file).first { $0.name == "main" }
            ?? SettingsSection(settings: settings, file: file, name: "main")
        terms = try BackendTerms(main, defaultPort: 2555)
        pool = HostPool(terms.remotes, rest: terms.rest)
        takesOutbound = try main.boolean("enable_outbound", default: false)
        limit = try main.number("max_connections", default: 1000, in: 1...10_000)
        hello = settings.list("me").first ?? "localhost"
    }
}
