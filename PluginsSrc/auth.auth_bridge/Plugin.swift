import Backend
package import PluginKit
import Settings

/// Lets users log in with what one other server knows them by.
package struct AuthBridge: Plugin {
    package static let id = "org.haraka.auth.auth_bridge"
    package static let version = "1.0"

    package static var hooks: [Hook<Self>] { [.capabilities(offer, inline: true), .authVerify(verify)] }

    private let host: Host
    private let net: Net
    private let settings: Current<BridgeSettings>

    package init(_ host: Host) throws {
        self.host = host
        net = try host.net
        settings = try Current(reading: host)
    }

    package func reconfigure() throws { try settings.reread(host) }

    /// Names the mechanisms that give a password; the server offers those of them that the connection allows.
    @Sendable private func offer(_ connection: borrowing Connection) throws {
        try connection.addCapability("AUTH PLAIN LOGIN")
    }

    @Sendable private func verify(_ call: borrowing Authentication) async throws -> Verdict {
        let settings = settings.get()
        let (user, secret) = (call.user, call.secretBytes)
        // RFC 4616: PLAIN has no way to say a NUL.
        guard !user.isEmpty, !secret.isEmpty, !secret.contains(0), !user.utf8.contains(0) else { return .deny() }
        for remote in settings.pool.order() {
            do {
                switch try await ask(remote, user, secret, settings) {
                case .right:
                    settings.pool.worked(remote)
                    return .ok
                case .wrong: return .deny()
                case .unavailable(let code):
                    call.log(.warn, "\(remote) answered AUTH with \(code)")
                    return Self.later
                }
            } catch {
                call.log(.warn, error is RemoteFault ? "\(remote) \(error)" : "\(remote) can't be asked: \(error)")
                if (error as? NetError)?.kind == .cancelled { return Self.later }
                settings.pool.failed(remote)
            }
        }
        return Self.later
    }

    private func ask(
        _ remote: Remote,
        _ user: String,
        _ secret: [UInt8],
        _ settings: BridgeSettings
    ) async throws -> RemoteLogin<NetConnection>.Answer {
        let terms = settings.terms
        let isSecure = remote.isImplicitTLS && terms.security != .off
        let line = try await net.connect(
            host: remote.host,
            port: remote.port,
            tls: isSecure ? terms.tls : nil,
            timeout: min(terms.connectTimeout, .seconds(10)),
            stepTimeout: min(terms.timeout, .seconds(10))
        )
        defer { line.close() }
        let mayBeClear = terms.allowsCleartext || (remote.isHere && terms.security != .required)
        return try await RemoteLogin(
            line: line,
            hello: settings.hello,
            isSecure: isSecure,
            tls: terms.tls,
            strictBecauseOf: mayBeClear ? nil : "smtp_bridge.ini"
        ).ask(user: user, secret: secret)
    }

    private static var later: Verdict {
        .denySoft("Temporary authentication failure", code: 454, enhanced: "4.7.0")
    }
}
