import Backend
import Handover
package import PluginKit
import Settings

/// Gives the mail of users who have logged in to another server, as those users.
package struct QueueSMTPBridge: Plugin {
    package static let id = "org.haraka.queue.smtp_bridge"
    package static let version = "1.0"

    package static var hooks: [Hook<Self>] {
        [
            // Before the plugin that knows the user ends the chain.
            .authVerify(remember, priority: -100, inline: true), .queueOutbound(forward),
            .getMX(leftover, priority: Leftover.priority), .disconnect(forget, inline: true),
        ]
    }

    private let host: Host
    private let settings: Current<BridgeSettings>
    private let secrets = Secrets()

    package init(_ host: Host) throws {
        try host.requireOutbound()
        self.host = host
        settings = try Current(reading: host)
    }

    package func reconfigure() throws { try settings.reread(host) }

    @Sendable private func remember(_ call: borrowing Authentication) -> Verdict {
        let bytes = call.secretBytes
        // A password that is no UTF-8 would be another one at the server.
        if let password = String(validating: bytes, as: UTF8.self), !password.utf8.contains(0) {
            secrets.keep(call.user, password, of: call.session)
        } else {
            secrets.forget(call.session)
        }
        return .continue
    }

    @Sendable private func forget(_ connection: borrowing Connection) { secrets.forget(connection.session) }

    @Sendable private func forward(_ message: borrowing Message) async throws -> Verdict {
        let settings = settings.get()
        let login: BackendTerms.Login
        if let fixed = settings.terms.login {
            login = fixed
        } else if let user = message.authUser, let password = secrets.password(of: user, message.session) {
            login = BackendTerms.Login(user: user, password: password, mechanism: settings.terms.mechanism)
        } else {
            // Somebody who may relay for another reason: another plugin, or the server's own queue.
            return .continue
        }
        let recipients = message.recipients
        guard !recipients.isEmpty, recipients.count == message.recipientCount else {
            message.log(.error, "not forwarded: \(recipients.count) of \(message.recipientCount) recipients are known")
            return .nextServerFails
        }
        var route = Route(settings.terms, settings.pool)
        route.login = login
        let outcomes = await message.hand(to: route, recipients, settle: settings.pool)
        return message.conclude(outcomes, keepsReasons: settings.terms.login == nil)
    }

    /// Whom the server did not take, while it took others: they are tried again as long as that needs no client's login.
    ///
    /// The queue would keep a client's password on the disk, so those recipients are reported to the sender at once.
    @Sendable private func leftover(_ delivery: borrowing Delivery) throws -> Verdict {
        guard delivery.isLeftover else { return .continue }
        let settings = settings.get()
        guard settings.terms.login != nil else { return delivery.giveUpLeftovers() }
        try delivery.add(Route(settings.terms, settings.pool))
        return .ok
    }
}
