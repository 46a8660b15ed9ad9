internal import Hooks
internal import Mail
internal import PluginHost
internal import SMTP
internal import System
internal import Wire

extension Conversation {
    func conclude(_ step: Step, _ outcome: Outcome) -> Conclusion {
        switch step {
        case .connectInit: return .go(.lookupRDNS)
        case .lookupRDNS: return concludeLookup(outcome)
        case .connect: return .answer(refusal(step, outcome) ?? .accept(house.greeting(summary.id)))
        case .hello, .verify, .noop: return concludeGreeting(step, outcome)
        case .capabilities: return .answer(.accept(nil, adding: plugins.takeCapabilities()))
        case .unrecognized(let verb, let rest): return concludeUnrecognized(step, outcome, verb, rest)
        case .help: return concludeHelp(step, outcome)
        case .named: return concludeTaken(step, outcome)
        case .reset:
            return !plugins.hasTransaction ? .answer(.accept(nil)) : .go(.endTransaction(then: .answer(.accept(nil))))
        case .quit: return .answer(.accept(nil))
        case .authenticate(let question, _): return conclude(question, outcome)
        case .mail: return concludeMail(outcome)
        case .recipient(let address): return concludeRecipient(address, outcome)
        case .recipientOk(let address): return concludeRecipientOk(address, outcome)
        case .data: return concludeData(outcome)
        case .tooBig, .dataPost, .queue, .queueOutbound: return concludeMessage(step, outcome)
        case .preSend: return concludePreSend(outcome)
        case .queueOk(let answer): return .go(.endTransaction(then: .answer(answer)))
        case .endTransaction(let then): return afterTransaction(then)
        case .disconnect: return .end
        }
    }

    private func concludeLookup(_ outcome: Outcome) -> Conclusion {
        if let refusal = refusal(.lookupRDNS, outcome) { return .answer(refusal) }
        if outcome.code == .ok, let name = outcome.reply?.text, Self.isHostName(name) {
            plugins.setRemoteHost(name)
            summary.rdns = name
        }
        return .go(.connect)
    }

    /// One word of a host name's length: what a plugin found out may come from a stranger's zone.
    private static func isHostName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 255 && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    private func concludeGreeting(_ step: Step, _ outcome: Outcome) -> Conclusion {
        if let refusal = refusal(step, outcome) {
            if case .hello = step { plugins.clearHello() }
            return .answer(refusal)
        }
        if case .hello(let verb) = step, verb.isExtended { return .go(.capabilities) }
        guard case .verify = step, outcome.code == .ok else { return .answer(.accept(nil)) }
        return .answer(.accept(house.reply(outcome.reply, code: 250, "2.1.5", "User OK")))
    }

    private func concludeUnrecognized(_ step: Step, _ outcome: Outcome, _ verb: String, _ rest: String) -> Conclusion {
        if outcome.code == .ok, let client = plugins.takeIdentity(), let next = restart(as: client, by: outcome.plugin)
        {
            return .go(next)
        }
        guard outcome.code == .nextHook else { return concludeTaken(step, outcome) }
        guard let name = outcome.reply?.text, let hook = Hook(named: name) else { return concludeNamelessHook(outcome) }
        return .go(.named(hook, verb: verb, rest: rest))
    }

    /// Nobody took the command after all, and the operator learns why.
    private func concludeNamelessHook(_ outcome: Outcome) -> Conclusion {
        let reply = Reply(500, EnhancedCode(5, 5, 1), "Unrecognized command")
        let plugin = outcome.plugin.map { plugins.pluginName($0) }
        let fact = "NEXT_HOOK names no hook: '\(outcome.reply?.text ?? "")'"
        let refusal = Refusal(.unrecognized(verb: "", rest: ""), outcome, plugin: plugin, reply, fact: fact)
        refused(refusal, reply, settling: false)
        return .answer(.refuse(house.tagged(reply, summary.id), then: .stay))
    }

    /// HELP is answered by the server where no plugin has anything to say.
    private func concludeHelp(_ step: Step, _ outcome: Outcome) -> Conclusion {
        if outcome.code.refuses, let refusal = refusal(step, outcome) { return .answer(refusal) }
        guard outcome.code == .ok else { return .answer(.accept(nil)) }
        return .answer(.accept(house.reply(outcome.reply, code: 214, "2.0.0", "OK")))
    }

    private func concludeTaken(_ step: Step, _ outcome: Outcome) -> Conclusion {
        if let refusal = refusal(step, outcome) { return .answer(refusal) }
        return .answer(.accept(house.reply(outcome.reply, code: 250, "2.0.0", "OK")))
    }

    private func afterTransaction(_ then: Step.Afterwards) -> Conclusion {
        plugins.endTransaction()
        if var transaction = transaction.take()?.summary {
            transaction.duration = .nanoseconds(Int64(SystemTime.monotonicNanoseconds - beginning))
            house.journal.ended(transaction)
            summary.add(transaction)
        }
        switch then {
        case .answer(let answer): return .answer(answer)
        case .go(let step): return .go(step)
        case .nothing: return .nothing
        case .greet(let verb, let host): return .go(greet(verb, host))
        }
    }

    /// The answer that refuses, logged; nil when the verdict doesn't refuse.
    func refusal(_ step: Step, _ outcome: Outcome) -> ServerSession.Answer? {
        guard case .refuse(let words, let then) = step.hook.effect(of: outcome.code) else { return nil }
        let text = house.text(words, outcome)
        let reply = house.tagged(house.reply(outcome.reply, code: words.code, words.enhanced, text), summary.id)
        let plugin = outcome.plugin.map { plugins.pluginName($0) }
        let settles = step.isOfTransaction || then == .close
        refused(Refusal(step, outcome, plugin: plugin, reply, fact: fact(of: step, outcome)), reply, settling: settles)
        return .refuse(reply, then: then.session)
    }

    /// Writes a refusal down, once for the log, once for the summary of the transaction that it settles.
    func refused(_ refusal: Refusal, _ reply: Reply, settling: Bool) {
        house.journal.refused(refusal, id: transaction?.summary.id ?? summary.id)
        summary.errors += 1
        guard settling else { return }
        transaction?.summary.verdict = reply.code < 500 ? .deferred : .rejected
        transaction?.summary.code = Int(reply.code)
        transaction?.summary.plugin = refusal.plugin
    }

    /// A refusal by the protocol itself: no plugin was asked.
    func refuseUnasked(_ reply: Reply) {
        guard reply.isRefusal else { return }
        refused(Refusal(protocol: reply), reply, settling: !session.transactionIsOpen)
    }

    /// What the refusal was about.
    private func fact(of step: Step, _ outcome: Outcome) -> String {
        switch step {
        case .queue where outcome.code == .cont, .queueOutbound where outcome.code == .cont: "no plugin took it"
        case .recipient(let address), .recipientOk(let address): "rcpt \(address)"
        case .mail: "from <\(transaction?.summary.from ?? "")>"
        case .hello: "helo \(summary.helo)"
        case .connectInit, .lookupRDNS, .connect: "ip \(summary.ip)"
        case .unrecognized(let verb, _), .named(_, let verb, _): "command \(verb)"
        case .verify(let argument): "vrfy \(argument)"
        case .tooBig, .dataPost, .queue, .queueOutbound, .preSend, .data: "size \(transaction?.summary.size ?? 0)"
        case .capabilities, .help, .noop, .reset, .quit, .queueOk, .endTransaction, .authenticate, .disconnect: ""
        }
    }
}

extension Effect.Afterwards {
    var session: ServerSession.Afterwards {
        switch self {
        case .stay: .stay
        case .loop: .loop
        case .close: .close
        }
    }
}

extension ConnectionSummary {
    /// Counts a transaction that has ended.
    mutating func add(_ transaction: TransactionSummary) {
        rcpts.accepted += transaction.rcptsAccepted
        rcpts.deferred += transaction.rcptsDeferred
        rcpts.rejected += transaction.rcptsRejected
        switch transaction.verdict {
        case .accepted: messages.accepted += 1
        case .rejected: messages.rejected += 1
        case .deferred: messages.deferred += 1
        case .aborted: break
        }
    }
}
