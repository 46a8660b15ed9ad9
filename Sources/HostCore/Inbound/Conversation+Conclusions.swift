import Hooks
import Mail
import PluginHost
import SMTP

/// What follows a settled step.
enum Conclusion {
    case answer(ServerSession.Answer)
    case go(Step)
    /// The connection's last hook has run.
    case end
}

extension Conversation {
    func conclude(_ step: Step, _ outcome: Outcome) -> Conclusion {
        if outcome.isAbandoned { return abandon(step) }
        switch step {
        case .connectInit: return .go(.lookupRDNS)
        case .lookupRDNS: return concludeLookup(outcome)
        case .connect: return concludeConnect(outcome)
        case .hello, .verify, .noop: return concludeGreeting(step, outcome)
        case .capabilities: return .answer(.accept(nil, adding: plugins.takeCapabilities()))
        case .unrecognized(let verb, let rest): return concludeUnrecognized(step, outcome, verb, rest)
        case .named: return concludeSimple(step, outcome)
        case .reset: return .go(endTransaction(.answer(.accept(nil, adding: []))))
        case .quit: return .answer(.accept(nil, adding: []))
        case .mail: return concludeMail(outcome)
        case .recipient(let address): return concludeRecipient(address, outcome)
        case .recipientOk(let address): return concludeRecipientOk(address, outcome)
        case .data: return concludeData(outcome)
        case .tooBig, .dataPost, .queue, .queueOutbound: return concludeMessage(step, outcome)
        case .queueOk(let answer): return .go(endTransaction(.answer(answer)))
        case .endTransaction(let then): return afterTransaction(then)
        case .disconnect: return .end
        }
    }

    /// A chain that was taken back: only the end of the connection does that.
    private func abandon(_ step: Step) -> Conclusion {
        switch step {
        case .disconnect: .end
        default: .answer(.refuse(Reply(code: 421, enhanced: EnhancedCode(4, 3, 0), text: "closing"), then: .close))
        }
    }

    private func concludeLookup(_ outcome: Outcome) -> Conclusion {
        if let refusal = refusal(.lookupRDNS, outcome) { return .answer(refusal) }
        if outcome.code == .ok, let name = outcome.reply?.text, !name.isEmpty {
            plugins.setRemoteHost(name)
            summary.remoteHost = name
        }
        return .go(.connect)
    }

    private func concludeConnect(_ outcome: Outcome) -> Conclusion {
        if let refusal = refusal(.connect, outcome) { return .answer(refusal) }
        return .answer(.accept(nil, adding: []))
    }

    private func concludeGreeting(_ step: Step, _ outcome: Outcome) -> Conclusion {
        if let refusal = refusal(step, outcome) {
            if case .hello = step { plugins.clearHello() }
            return .answer(refusal)
        }
        if case .hello(.ehlo) = step { return .go(.capabilities) }
        if case .verify = step { return .answer(verified(outcome)) }
        return .answer(.accept(nil, adding: []))
    }

    private func verified(_ outcome: Outcome) -> ServerSession.Answer {
        guard outcome.code == .ok else { return .accept(nil, adding: []) }
        return .accept(house.reply(outcome.reply, code: 250, "2.1.5", "User OK"), adding: [])
    }

    private func concludeUnrecognized(_ step: Step, _ outcome: Outcome, _ verb: String, _ rest: String) -> Conclusion {
        if outcome.code == .nextHook, let name = outcome.reply?.text, let hook = Hook(named: name) {
            return .go(.named(hook, verb: verb, rest: rest))
        }
        if verb == "HELP", outcome.code == .cont { return .answer(.accept(nil, adding: [])) }
        return concludeSimple(step, outcome)
    }

    private func concludeSimple(_ step: Step, _ outcome: Outcome) -> Conclusion {
        if let refusal = refusal(step, outcome) { return .answer(refusal) }
        return .answer(.accept(house.reply(outcome.reply, code: 250, "2.0.0", "OK"), adding: []))
    }

    private func afterTransaction(_ then: Step.Afterwards) -> Conclusion {
        plugins.endTransaction()
        if let transaction { house.journal.ended(transaction, of: summary) }
        transaction = nil
        switch then {
        case .answer(let answer): return .answer(answer)
        case .go(let step): return .go(step)
        case .greet(let verb, let host): return .go(greet(verb, host))
        }
    }

    /// The hook `reset_transaction` runs where there is a transaction; else what follows is at once.
    func endTransaction(_ then: Step.Afterwards) -> Step {
        .endTransaction(then: then)
    }

    /// The answer that refuses, logged; nil when the verdict doesn't.
    func refusal(_ step: Step, _ outcome: Outcome) -> ServerSession.Answer? {
        let effect = step.hook.effect(of: outcome.code)
        guard case .refuse(let words, let then) = effect else { return nil }
        let reply = house.reply(outcome.reply, code: words.code, words.enhanced, house.text(words, outcome, plugins))
        record(step, outcome, reply)
        return .refuse(reply, then: then.session)
    }

    private func record(_ step: Step, _ outcome: Outcome, _ reply: Reply) {
        let plugin = outcome.plugin.map { plugins.pluginName($0) }
        let refusal = RefusalFacts(step: step, outcome: outcome, plugin: plugin, reply: reply)
        house.journal.refused(refusal, id: transaction?.id ?? summary.id, envelope: plugins.envelope, summary)
        summary.errors += 1
        transaction?.refused(by: plugin, with: reply)
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
