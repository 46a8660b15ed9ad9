import Backend
package import PluginKit
import Settings

/// Tells another server each command of a client as it comes, and the client what that server says to it.
package struct QueueSMTPProxy: Plugin {
    package static let id = "org.haraka.queue.smtp_proxy"
    package static let version = "1.0"

    package static var hooks: [Hook<Self>] {
        [
            .mail(mail), .rcptOK(recipient), .data(data, inline: true), .queue(queue), .queueOutbound(queueOutbound),
            .resetTransaction(reset, inline: true), .disconnect(leave),
        ]
    }

    /// The same with times: a step's is the connection's own, a hook's is for several of them and only a last resort.
    package var activeHooks: [Hook<Self>] {
        let terms = settings.get().terms
        let step = terms.timeout * 2
        return [
            .mail(Self.mail, timeout: terms.connectTimeout * 2 + step), .rcptOK(Self.recipient, timeout: step),
            .data(Self.data, inline: true), .queue(Self.queue, timeout: step),
            .queueOutbound(Self.queueOutbound, timeout: step), .resetTransaction(Self.reset, inline: true),
            .disconnect(Self.leave),
        ]
    }

    private let host: Host
    private let net: Net
    private let settings: Current<SMTPProxySettings>
    private let seats = Seats()

    package init(_ host: Host) throws {
        self.host = host
        net = try host.net
        settings = try Current(reading: host)
    }

    package func reconfigure() throws { try settings.reread(host) }

    // MARK: MAIL

    @Sendable private func mail(_ sender: borrowing Sender) async throws -> Verdict {
        let settings = settings.get()
        guard settings.takesOutbound || !sender.relaying else { return .continue }
        guard seats.take(sender.session, limit: settings.limit) else {
            sender.log(.warn, "smtp_proxy.ini has max_connections=\(settings.limit), and there are as many")
            return .nextServerFails
        }
        // A session that has idled since the last mail may be closed at the other end.
        if let session = seats.session(of: sender.session) {
            if session.dialogue.line.isOpen, let verdict = try? await begin(session, sender) { return verdict }
            session.dialogue.line.close()
        }
        do {
            let (dialogue, offer) = try await Opening(
                settings.terms,
                hello: settings.hello,
                client: XClientFacts(sender)
            )
            .open(settings.pool, connect: { try await connect($0, settings.terms) }) { sender.log(.warn, $0) }
            return try await begin(ProxySession(dialogue, offer), sender)
        } catch {
            return fail(sender.session, "MAIL", error) { sender.log(.error, $0) }
        }
    }

    private func connect(_ remote: Remote, _ terms: BackendTerms) async throws -> NetConnection {
        try await net.connect(
            host: remote.host,
            port: remote.port,
            tls: remote.isImplicitTLS && terms.security != .off ? terms.tls : nil,
            timeout: terms.connectTimeout,
            stepTimeout: terms.timeout
        )
    }

    private func begin(_ session: Seats.Session, _ sender: borrowing Sender) async throws -> Verdict {
        let reply: RemoteReply
        do {
            reply = try await session.mail(sender.address, size: sender.mailSize)
        } catch {
            session.dialogue.line.close()
            throw error
        }
        guard seats.seat(session, sender.session, in: reply.isPositive ? sender.transaction : 0) else {
            session.dialogue.line.close()
            return .nextServerFails
        }
        guard !reply.isPositive else { return .continue }
        return refusal(reply, "MAIL") { sender.log($0, $1) }
    }

    // MARK: RCPT

    @Sendable private func recipient(_ recipient: borrowing Recipient) async throws -> Verdict {
        let session: Seats.Session
        switch seats.standing(of: recipient.session, in: recipient.transaction) {
        case .none: return .continue
        case .lost: return .nextServerFails
        case .open(let open): session = open
        }
        do {
            let reply = try await session.recipient(recipient.address)
            guard !reply.isPositive else { return .continue }
            return refusal(reply, "RCPT") { recipient.log($0, $1) }
        } catch {
            return fail(recipient.session, "RCPT", error) { recipient.log(.error, $0) }
        }
    }

    // MARK: The message

    /// Before a client sends all of it in vain.
    @Sendable private func data(_ message: borrowing Message) -> Verdict {
        switch seats.standing(of: message.session, in: message.transaction) {
        case .none: return .continue
        case .lost: return .nextServerFails
        case .open(let session):
            guard !session.dialogue.line.isOpen else { return .continue }
            message.log(.error, "the next server has closed the connection before DATA")
            return .nextServerFails
        }
    }

    @Sendable private func queueOutbound(_ message: borrowing Message) async throws -> Verdict {
        guard settings.get().takesOutbound else { return .continue }
        return try await queue(message)
    }

    @Sendable private func queue(_ message: borrowing Message) async throws -> Verdict {
        let session: Seats.Session
        switch seats.standing(of: message.session, in: message.transaction) {
        case .none: return .continue
        case .lost: return .nextServerFails
        case .open(let open): session = open
        }
        let recipients = message.recipients
        guard !recipients.isEmpty, recipients.count == message.recipientCount else {
            message.log(.error, "not passed on: \(recipients.count) of \(message.recipientCount) recipients are known")
            return .nextServerFails
        }
        do {
            if let reply = try await session.settle(recipients.map(\.address)) {
                return refusal(reply, "RCPT") { message.log($0, $1) }
            }
            var offset: UInt64 = 0
            let reply = try await session.send {
                let part = try message.part(at: offset, count: 64 << 10)
                offset += UInt64(part.count)
                // Refused when the time is up for good; then this task is cancelled, too.
                try? message.progress()
                return part
            }
            guard reply.isPositive else { return refusal(reply, "the message") { message.log($0, $1) } }
            message.log(.info, "the next server took it: \(reply.code) \(reply.words)")
            return .ok(reply.words)
        } catch {
            return fail(message.session, "the message", error) { message.log(.error, $0) }
        }
    }

    // MARK: Ends

    @Sendable private func reset(_ message: borrowing Message) { seats.endTransaction(of: message.session) }

    @Sendable private func leave(_ connection: borrowing Connection) async {
        await seats.leave(connection.session)?.dialogue.quit()
    }

    private func refusal(_ reply: RemoteReply, _ step: String, log: (LogLevel, String) -> Void) -> Verdict {
        log(
            reply.isAboutSession ? .error : .notice,
            "the next server answered \(step) with \(reply.code) \(reply.words)"
        )
        return reply.refusal
    }

    /// The session is of no more use: what the client had begun there is gone, and it is told to come again.
    private func fail(
        _ client: UInt64,
        _ step: String,
        _ error: any Error,
        log: (String) -> Void
    ) -> Verdict {
        seats.lose(client)?.dialogue.line.close()
        log("the next server failed at \(step): \(error)")
        return .nextServerFails
    }
}
