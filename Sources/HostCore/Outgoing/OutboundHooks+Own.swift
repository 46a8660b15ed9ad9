internal import Hooks
internal import Mail
internal import Outbound
internal import PluginHost
internal import Queue
internal import SMTP

/// Queued mail for this server's own mailboxes: its plugins of hook `queue` take it, as they take a stranger's.
extension OutboundHooks {
    func deliver(_ lease: Lease) async -> [Attempt] {
        let table = host.table
        var attempts: [Attempt] = []
        for recipient in lease.envelope.recipients {
            attempts.append(await deliver(lease, to: recipient, table))
        }
        return attempts
    }

    /// One recipient at a time: a plugin has one verdict for a whole message.
    private func deliver(_ lease: Lease, to recipient: Recipient, _ table: HookTable) async -> Attempt {
        var envelope = lease.envelope
        envelope.recipients = [recipient]
        let run = HookRun(table, id: lease.name, envelope, notes: NotesText.decode(lease.notes))
        let known = await run.ask(.rcptOk)
        if known.code.refuses { return attempt(run, known, .recipient) }
        guard await run.load(lease.text) else {
            return Attempt(.deferred(.refused(Self.unreadable, at: .text)), host: nil)
        }
        let outcome = await run.ask(.queue)
        if run.session.takeEnqueued() {
            return Attempt(.deferred(.refused(Self.goesRound, at: .endOfText)), host: run.plugin(outcome))
        }
        return attempt(run, outcome, .endOfText)
    }

    private static let unreadable = Reply(451, EnhancedCode(4, 3, 0), "the message can't be read here now")
    private static let goesRound = Reply(451, EnhancedCode(4, 4, 6), "a plugin gives it back to the queue")
    private static let untaken = Reply(451, EnhancedCode(4, 3, 0), "no plugin of hook queue takes it")

    private func attempt(_ run: HookRun, _ outcome: Outcome, _ stage: ClientStage) -> Attempt {
        let said = outcome.reply?.text ?? ""
        let plugin = run.plugin(outcome)
        switch outcome.code {
        case .ok:
            var attempt = Attempt(
                .delivered(Reply(250, EnhancedCode(2, 0, 0), said.isEmpty ? "delivered" : said)),
                host: plugin
            )
            attempt.handover = .final
            return attempt
        case .deny, .denyDisconnect:
            return Attempt(.failed(.refused(reply(outcome, 550, EnhancedCode(5, 7, 1), said), at: stage)), host: plugin)
        case .denySoft, .denySoftDisconnect:
            return Attempt(
                .deferred(.refused(reply(outcome, 450, EnhancedCode(4, 7, 1), said), at: stage)),
                host: plugin
            )
        case .cont, .stop, .disconnect, .nextHook, .delay:
            return Attempt(.deferred(.refused(Self.untaken, at: stage)), host: nil)
        }
    }

    private func reply(_ outcome: Outcome, _ code: UInt16, _ status: EnhancedCode, _ said: String) -> Reply {
        let words = outcome.reply
        return Reply(
            words.flatMap { $0.code == 0 ? nil : $0.code } ?? code,
            words?.enhanced.flatMap { EnhancedCode($0) } ?? status,
            said.isEmpty ? outcome.code.name : said
        )
    }
}
