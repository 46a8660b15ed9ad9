package import Backend
import PluginKit

/// Asks the servers of a user's domain, one after the other, until one knows.
package struct Inquiry<Line: RemoteLine>: Sendable {
    package enum Judgement: Equatable {
        case right
        case wrong
        /// None of the servers can tell now.
        case unavailable
        /// The domain is nobody's here: another plugin may know the user.
        case notOurs
    }

    let settings: ProxySettings
    let connect: @Sendable (Remote) async throws -> Line

    package init(
        settings: ProxySettings,
        connect: @escaping @Sendable (Remote) async throws -> Line
    ) {
        self.settings = settings
        self.connect = connect
    }

    /// With what it decides comes what the log should say: never a secret, nor a word of a server.
    package func ask(user: String, secret: [UInt8]) async -> (Judgement, troubles: [String]) {
        // As in Haraka: without a domain there is nobody to ask.
        guard let at = user.utf8.lastIndex(of: UInt8(ascii: "@")) else { return (.wrong, []) }
        let domain = user[user.utf8.index(after: at)...].lowercased()
        guard !domain.isEmpty, at != user.startIndex else { return (.wrong, []) }
        guard let remotes = settings.domains[domain] else { return (.notOurs, []) }
        // RFC 4616: PLAIN has no way to say a NUL.
        guard !secret.isEmpty, !secret.contains(0), !user.utf8.contains(0) else { return (.wrong, []) }
        var troubles: [String] = []
        for remote in remotes {
            do {
                switch try await ask(remote, user, secret) {
                case .right: return (.right, troubles)
                case .wrong: return (.wrong, troubles)
                case .unavailable(let code):
                    return (.unavailable, troubles + ["\(remote) answered AUTH with \(code)"])
                }
            } catch let fault as RemoteFault {
                troubles.append("\(remote) \(fault.sentence)")
            } catch {
                troubles.append("\(remote) can't be asked: \(error)")
                if (error as? NetError)?.kind == .cancelled { break }
            }
        }
        return (.unavailable, troubles)
    }

    private func ask(_ remote: Remote, _ user: String, _ secret: [UInt8]) async throws -> RemoteLogin<Line>.Answer {
        let line = try await connect(remote)
        defer { line.close() }
        return try await RemoteLogin(
            line: line,
            hello: settings.hello,
            isSecure: remote.isImplicitTLS,
            tls: settings.tls,
            strictBecauseOf: settings.allowsCleartext ? nil : "auth_proxy.ini"
        ).ask(user: user, secret: secret)
    }
}
