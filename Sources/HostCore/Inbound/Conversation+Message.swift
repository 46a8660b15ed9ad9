internal import Hooks
internal import Mail
internal import PluginHost
internal import SMTP
internal import Wire

extension Conversation {
    /// Keeps a run of message text, unless there is no room for it; false when the disk has to catch up first.
    ///
    /// A message that was begun goes on to its end and is then refused for now: nothing else can be said in the middle.
    func store(_ run: Span<UInt8>) -> Bool {
        timeMessage()
        guard transaction?.letGo == nil, let message = plugins.message else { return true }
        guard MessageBuffer.totalBytes < house.settings.draftMemory else {
            letGo(House.busy)
            return true
        }
        switch message.append(run) {
        case .more: return true
        case .later: isAwaitingRoom = true
        case .never: letGo(House.diskFails)
        }
        return !isAwaitingRoom
    }

    /// Starts the time for the whole message; replies between its chunks don't start it anew.
    private func timeMessage() {
        guard let transaction, !transaction.isTimed else { return }
        transaction.isTimed = true
        peer?.armLimit(deadline: house.settings.messageTime)
    }

    private func letGo(_ reply: Reply) {
        transaction?.letGo = reply
        plugins.beginMessage(leading: [])
    }

    /// The whole message has been read; false when a verdict is awaited.
    func commit() -> Bool {
        plugins.message?.complete()
        if let letGo = transaction?.letGo, case .go(let step) = refuseTransaction(letGo) { return perform(step) }
        if session.textIs8Bit { plugins.noteEightBit() }
        transaction?.summary.size = plugins.message?.count ?? 0
        guard let hops = plugins.message?.fields(named: "Received"), hops > house.settings.maxReceived else {
            return perform(.dataPost)
        }
        guard case .go(let step) = refuseTransaction(House.looping) else { return true }
        return perform(step)
    }

    func concludeMessage(_ step: Step, _ outcome: Outcome) -> Conclusion {
        if isToBeQueued(step, outcome), house.queue != nil || outcome.code == .ok {
            transaction?.acceptance = outcome
            return plugins.table.isEmpty(.preSendTransEmail) ? sealed() : .go(.preSend)
        }
        if let refusal = refusal(step, outcome) { return .go(.endTransaction(then: .answer(refusal))) }
        guard case .dataPost = step else { return .go(.queueOk(accepted(outcome))) }
        if plugins.isWithoutRecipients { return refuseTransaction(House.nobodyLeft) }
        return .go(plugins.isRelaying ? .queueOutbound : .queue)
    }

    /// Whether a plugin wants the message queued here, or nobody else has taken what a client may relay.
    private func isToBeQueued(_ step: Step, _ outcome: Outcome) -> Bool {
        switch step {
        case .queue: outcome.code == .ok && plugins.takeEnqueued()
        case .queueOutbound: outcome.code == .cont || outcome.code == .ok && plugins.takeEnqueued()
        default: false
        }
    }

    func concludePreSend(_ outcome: Outcome) -> Conclusion {
        if let refusal = refusal(.preSend, outcome) { return .go(.endTransaction(then: .answer(refusal))) }
        return sealed()
    }

    private func sealed() -> Conclusion {
        guard let queue = house.queue, let draft = draft() else { return refuseTransaction(House.queueFails) }
        return .seal(draft, queue)
    }

    private func accepted(_ outcome: Outcome) -> ServerSession.Answer {
        accepted(saying: outcome.reply?.text ?? "", by: outcome.plugin.map { plugins.pluginName($0) })
    }

    func queued() -> ServerSession.Answer { accepted(transaction?.acceptance ?? .nobody) }

    /// The 250 that carries the transaction's id.
    private func accepted(saying said: String, by plugin: String?) -> ServerSession.Answer {
        let id = transaction?.summary.id ?? summary.id
        transaction?.summary.verdict = .accepted
        transaction?.summary.code = 250
        transaction?.summary.plugin = plugin
        transaction?.summary.queueText = said
        let text = "\(said.isEmpty ? "Message Queued" : said) (\(id))"
        return .accept(Reply(250, EnhancedCode(2, 0, 0), text))
    }
}
