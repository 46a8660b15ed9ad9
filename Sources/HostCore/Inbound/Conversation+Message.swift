import Hooks
import Mail
import PluginHost
import SMTP

extension Conversation {
    /// The whole message has been read; false when a verdict is awaited.
    func commit() -> Bool {
        transaction?.size = UInt64(plugins.message?.count ?? 0)
        guard let hops = plugins.message?.count(of: "Received"), hops > house.settings.maxReceived else {
            return perform(.dataPost)
        }
        return perform(endTransaction(.answer(.refuse(house.looping, then: .stay))))
    }

    func concludeMessage(_ step: Step, _ outcome: Outcome) -> Conclusion {
        if let refusal = refusal(step, outcome) {
            return .go(endTransaction(.answer(refusal)))
        }
        switch step {
        case .dataPost where hasNoRecipients:
            return .go(endTransaction(.answer(.refuse(house.nobodyLeft, then: .stay))))
        case .dataPost:
            return .go(plugins.isRelaying ? .queueOutbound : .queue)
        default:
            return .go(.queueOk(accepted(outcome)))
        }
    }

    /// The 250 that carries the transaction's id.
    private func accepted(_ outcome: Outcome) -> ServerSession.Answer {
        let id = transaction?.id ?? summary.id
        let said = outcome.reply?.text ?? ""
        let text = "\(said.isEmpty ? "Message Queued" : said) (\(id))"
        transaction?.queued(by: outcome.plugin.map { plugins.pluginName($0) }, text: said)
        return .accept(Reply(code: 250, enhanced: EnhancedCode(2, 0, 0), text: text), adding: [])
    }
}
