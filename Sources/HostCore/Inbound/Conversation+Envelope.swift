import Hooks
import Mail
import PluginHost
import SMTP

extension Conversation {
    func concludeMail(_ outcome: Outcome) -> Conclusion {
        if PluginHost.MessageBuffer.pendingBytes > house.settings.draftMemory {
            return .go(endTransaction(.answer(.refuse(house.busy, then: .stay))))
        }
        if let refusal = refusal(.mail, outcome) { return .go(endTransaction(.answer(refusal))) }
        return .answer(.accept(words(outcome, 250, "2.1.0"), adding: []))
    }

    /// A recipient needs OK from a plugin, or a relaying client.
    func concludeRecipient(_ address: Address, _ outcome: Outcome) -> Conclusion {
        let step = Step.recipient(address)
        if let refusal = refusal(step, outcome) { return refuse(recipient: refusal) }
        if outcome.code == .ok || plugins.isRelaying { return .go(.recipientOk(address)) }
        let text = "I cannot deliver mail for <\(address.text)>"
        let reply = Reply(code: 550, enhanced: EnhancedCode(5, 7, 1), text: text)
        house.journal.refused(
            RefusalFacts(unclaimed: address, reply: reply),
            id: transaction?.id ?? summary.id,
            envelope: plugins.envelope,
            summary
        )
        transaction?.refused(by: nil, with: reply)
        return refuse(recipient: .refuse(reply, then: .stay))
    }

    func concludeRecipientOk(_ address: Address, _ outcome: Outcome) -> Conclusion {
        if let refusal = refusal(.recipientOk(address), outcome) { return refuse(recipient: refusal) }
        transaction?.accepted += 1
        return .answer(.accept(words(outcome, 250, "2.1.5"), adding: []))
    }

    private func refuse(recipient answer: ServerSession.Answer) -> Conclusion {
        plugins.removeLastRecipient()
        if case .refuse(let reply, _) = answer {
            if reply.code < 500 { transaction?.deferred += 1 } else { transaction?.rejected += 1 }
        }
        return .answer(answer)
    }

    func concludeData(_ outcome: Outcome) -> Conclusion {
        if let refusal = refusal(.data, outcome) { return .go(endTransaction(.answer(refusal))) }
        if hasNoRecipients { return .go(endTransaction(.answer(.refuse(house.nobodyLeft, then: .stay)))) }
        plugins.beginMessage(leading: house.received(for: self))
        return .answer(.accept(nil, adding: []))
    }

    /// Whether plugins dropped every recipient.
    var hasNoRecipients: Bool {
        plugins.envelope?.recipients.allSatisfy(\.isDropped) ?? true
    }

    /// A plugin's own words for an accepted command.
    private func words(_ outcome: Outcome, _ code: UInt16, _ enhanced: String) -> Reply? {
        guard let words = outcome.reply, !words.text.isEmpty else { return nil }
        return house.reply(words, code: code, enhanced, words.text)
    }
}
