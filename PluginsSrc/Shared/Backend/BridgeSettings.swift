package import PluginKit
package import Settings

/// `smtp_bridge.ini`, which auth/auth_bridge and queue/smtp_bridge share: the one server that knows users and takes their mail.
package final class BridgeSettings: PluginSettings {
    package let terms: BackendTerms
    package let pool: HostPool
    /// What we are called in EHLO.
    package let hello: String

    package init(_ settings: Settings) throws(PluginError) {
        let file = "smtp_bridge.ini"
        let main = try settings.parts(of: file).main
        terms = try BackendTerms(main, defaultSecurity: .required)
        if terms.security == .off, !terms.allowsCleartext, !terms.remotes.allSatisfy(\.isHere) {
            let sentence = "passwords would cross the network in clear; set enable_tls, or allow_cleartext=true"
            throw main.wrong("enable_tls", sentence)
        }
        pool = HostPool(terms.remotes, rest: terms.rest)
        hello = settings.list("me").first ?? "localhost"
    }
}
