package import PluginKit
package import Settings

/// How the next server is reached and what it is told of us: keys that several ini files have.
package struct BackendTerms: Sendable {
    package enum Security: Sendable, Equatable {
        case off
        /// Where STARTTLS is offered, with any certificate: against who only listens.
        case offered
        case required
    }

    package struct Login: Sendable, Equatable {
        package let user: String
        package let password: String
        /// "PLAIN" or "LOGIN"; nil is what the server has.
        package let mechanism: String?

        package init(user: String, password: String, mechanism: String?) {
            self.user = user
            self.password = password
            self.mechanism = mechanism
        }
    }

    /// In turn; one for most.
    package let remotes: [Remote]
    package let rest: Duration
    package let connectTimeout: Duration
    package let timeout: Duration
    package let security: Security
    /// Whether a certificate has to be for the server's name, where TLS is required.
    package let verifiesTLS: Bool
    package let login: Login?
    /// "PLAIN" or "LOGIN", where only that one is to be used.
    package let mechanism: String?
    /// Whether a password may cross the network in clear.
    package let allowsCleartext: Bool
    package let sendsXClient: Bool

    package init(
        _ section: SettingsSection,
        defaultPort: Int = 25,
        defaultSecurity: Security = .off
    ) throws(PluginError) {
        remotes = try Self.remotes(section, defaultPort)
        rest = try section.seconds("dead_forwarding_host_secs", default: 90, in: 1...86_400)
        connectTimeout = try section.seconds("connect_timeout", default: 30, in: 1...300)
        timeout = try section.seconds("timeout", default: 300, in: 1...600)
        security = try Self.security(section, defaultSecurity)
        verifiesTLS = try section.boolean("tls_verify", default: true)
        mechanism = try Self.mechanism(section)
        login = try Self.login(section, mechanism)
        allowsCleartext = try section.boolean("allow_cleartext", default: false)
        sendsXClient = try section.boolean("send_xclient", default: false)
        if login != nil, security == .off, !allowsCleartext, !remotes.allSatisfy(\.isHere) {
            let sentence = "the password would cross the network in clear; set enable_tls, or allow_cleartext=true"
            throw section.wrong("auth_pass", sentence)
        }
    }

    /// The certificate that TLS is content with.
    package var tls: NetTLS { security == .required && verifiesTLS ? .verified : .unverified }

    private static func remotes(
        _ section: SettingsSection,
        _ defaultPort: Int
    ) throws(PluginError) -> [Remote] {
        let port = try section.number("port", default: defaultPort, in: 1...65_535)
        let pool = section.text("forwarding_host_pool", default: "")
        guard pool.isEmpty else {
            var remotes: [Remote] = []
            for word in pool.split(whereSeparator: { " \t,;".contains($0) }) {
                guard let remote = Remote(String(word), defaultPort: port) else {
                    throw section.wrong("forwarding_host_pool", "\"\(word)\" is no HOST or HOST:PORT")
                }
                remotes.append(remote)
            }
            return remotes
        }
        let host = section.text("host", default: "localhost")
        guard let remote = Remote(alone: host, port: port) else {
            throw section.wrong("host", "\"\(host)\" is no host; the port has a key of its own")
        }
        return [remote]
    }

    private static func security(_ section: SettingsSection, _ fallback: Security) throws(PluginError) -> Security {
        guard try section.boolean("enable_tls", default: fallback != .off) else { return .off }
        return try section.boolean("tls_required", default: true) ? .required : .offered
    }

    private static func mechanism(_ section: SettingsSection) throws(PluginError) -> String? {
        let type = section.text("auth_type", default: "").uppercased()
        guard ["", "PLAIN", "LOGIN"].contains(type) else {
            throw section.wrong("auth_type", "auth_type is \"\(type.lowercased())\", but must be plain or login")
        }
        return type.isEmpty ? nil : type
    }

    private static func login(_ section: SettingsSection, _ mechanism: String?) throws(PluginError) -> Login? {
        let user = section.text("auth_user", default: "")
        let password = section.text("auth_pass", default: "")
        guard !user.isEmpty else {
            // A password without a user, or a type alone, would send the mail without AUTH.
            if !password.isEmpty { throw section.wrong("auth_pass", "auth_pass needs an auth_user") }
            return nil
        }
        guard !password.isEmpty else { throw section.wrong("auth_user", "auth_user needs an auth_pass") }
        return Login(user: user, password: password, mechanism: mechanism)
    }
}
