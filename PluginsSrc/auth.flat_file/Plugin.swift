package import PluginKit
import Settings

/// Lets users log in by the passwords of a file, and has them send from their own domain.
package struct AuthFlatFile: Plugin {
    package static let id = "org.haraka.auth.flat_file"
    package static let version = "1.0"

    package static var hooks: [Hook<Self>] {
        [
            .capabilities(offer, inline: true),
            .authLookup(lookup, inline: true),
            .authVerify(verify),
            .mail(constrain, inline: true),
        ]
    }

    private let host: Host
    private let settings: Current<FlatFileSettings>

    package init(_ host: Host) throws {
        self.host = host
        settings = try Current(reading: host)
    }

    package func reconfigure() throws { try settings.reread(host) }

    /// Names the mechanisms; the server offers those of them that the connection allows.
    @Sendable private func offer(_ connection: borrowing Connection) throws {
        let methods = settings.get().methods
        guard !methods.isEmpty else { return }
        try connection.addCapability("AUTH \(methods.map(\.rawValue).joined(separator: " "))")
    }

    /// Gives what the server needs to check a proof; of a user who isn't there it says nothing.
    @Sendable private func lookup(_ call: borrowing Authentication) throws -> Verdict {
        let mechanism = call.mechanism
        guard let stored = settings.get().password(of: call.user, for: mechanism) else { return .continue }
        if mechanism == AuthMethod.external.rawValue { return .ok }
        switch stored {
        case .clear(let password): return .password(password)
        case .scram(let verifier):
            try call.setVerifier(verifier)
            return .ok
        case .crypt: return .continue
        }
    }

    /// Checks a password; on the plugin's own lane, for a good hash takes its time.
    @Sendable private func verify(_ call: borrowing Authentication) -> Verdict {
        let settings = settings.get()
        guard let stored = settings.password(of: call.user, for: call.mechanism) else {
            settings.pretend(call.secretBytes)
            return .continue
        }
        // Another plugin's user of the same name has to be another name.
        return stored.matches(call.secretBytes) ? .ok : .deny()
    }

    /// Refuses a sender of another domain than that of whoever has authenticated, by whichever plugin.
    @Sendable private func constrain(_ sender: borrowing Sender) -> Verdict {
        guard settings.get().constrainsSender, let user = sender.authUser, !sender.isNull else { return .continue }
        let domain = Self.domain(of: user)
        guard !Self.covers(domain, sender.domain) else { return .continue }
        sender.result(.fail, "constrain_sender")
        sender.log(.notice, "the sender's domain is another than that of the user, and constrain_sender is true")
        return .deny("You may send only from the domain that you log in with", code: 550, enhanced: "5.7.1")
    }

    /// Behind the last "@"; the whole name without one, as in Haraka.
    private static func domain(of user: String) -> String {
        let part = user.utf8.lastIndex(of: UInt8(ascii: "@")).map { user[user.utf8.index(after: $0)...] }
        return String(part ?? user[...]).lowercased()
    }

    /// The domain itself or one below it.
    private static func covers(_ domain: String, _ other: String) -> Bool {
        !domain.isEmpty && (other == domain || other.hasSuffix(".\(domain)"))
    }
}
