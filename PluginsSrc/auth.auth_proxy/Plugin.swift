import Backend
package import PluginKit
import Settings

/// Lets users log in with what the mail server of their domain knows them by.
package struct AuthProxy: Plugin {
    package static let id = "org.haraka.auth.auth_proxy"
    package static let version = "1.0"

    package static var hooks: [Hook<Self>] { [.capabilities(offer, inline: true), .authVerify(verify)] }

    private let host: Host
    private let net: Net
    private let settings: Current<ProxySettings>

    package init(_ host: Host) throws {
        self.host = host
        net = try host.net
        settings = try Current(reading: host)
    }

    package func reconfigure() throws { try settings.reread(host) }

    /// Names the mechanisms that give a password; the server offers those of them that the connection allows.
    @Sendable private func offer(_ connection: borrowing Connection) throws {
        guard !settings.get().domains.isEmpty else { return }
        try connection.addCapability("AUTH PLAIN LOGIN")
    }

    @Sendable private func verify(_ call: borrowing Authentication) async throws -> Verdict {
        let settings = settings.get()
        let user = call.user
        let net = net
        let inquiry = Inquiry(settings: settings) { remote in
            try await net.connect(
                host: remote.host,
                port: remote.port,
                tls: remote.isImplicitTLS ? settings.tls : nil,
                timeout: settings.timeout
            )
        }
        let (judgement, troubles) = await inquiry.ask(user: user, secret: call.secretBytes)
        for trouble in troubles { call.log(.warn, trouble) }
        switch judgement {
        case .right: return .ok
        case .wrong: return .deny()
        case .unavailable: return .denySoft("Temporary authentication failure", code: 454, enhanced: "4.7.0")
        case .notOurs: return .continue
        }
    }
}
