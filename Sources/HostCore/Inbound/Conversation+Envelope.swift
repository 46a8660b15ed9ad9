internal import Hooks
internal import Mail
internal import PluginHost
internal import SMTP
internal import Wire

extension Conversation {
    func concludeMail(_ outcome: Outcome) -> Conclusion {
        if let refusal = refusal(.mail, outcome) { return .go(.endTransaction(then: .answer(refusal))) }
        guard MessageBuffer.totalBytes < house.settings.draftMemory else { return refuseTransaction(House.busy) }
        return .answer(.accept(words(outcome, 250, "2.1.0")))
    }

    /// A recipient needs OK from a plugin, or a relaying client.
    func concludeRecipient(_ address: Address, _ outcome: Outcome) -> Conclusion {
        if let refusal = refusal(.recipient(address), outcome) { return refuse(recipient: refusal) }
        if outcome.code == .ok || plugins.isRelaying { return .go(.recipientOk(address)) }
        let reply = Reply(550, EnhancedCode(5, 7, 1), "I cannot deliver mail for \(address)")
        let refusal = Refusal(.recipient(address), outcome, plugin: nil, reply, fact: "no plugin accepts \(address)")
        refused(refusal, reply, settling: true)
        return refuse(recipient: .refuse(house.tagged(reply, summary.id), then: .stay))
    }

    func concludeRecipientOk(_ address: Address, _ outcome: Outcome) -> Conclusion {
        if let refusal = refusal(.recipientOk(address), outcome) { return refuse(recipient: refusal) }
        transaction?.summary.rcptsAccepted += 1
        transaction?.summary.unsettle()
        transaction?.summary.name(recipient: address)
        return .answer(.accept(words(outcome, 250, "2.1.5")))
    }

    private func refuse(recipient answer: ServerSession.Answer) -> Conclusion {
        plugins.removeLastRecipient()
        if case .refuse(let reply, _) = answer {
            if reply.code < 500 {
                transaction?.summary.rcptsDeferred += 1
            } else {
                transaction?.summary.rcptsRejected += 1
            }
        }
        if let accepted = transaction?.summary.rcptsAccepted, accepted > 0 { transaction?.summary.unsettle() }
        return .answer(answer)
    }

    func concludeData(_ outcome: Outcome) -> Conclusion {
        if let refusal = refusal(.data, outcome) { return .go(.endTransaction(then: .answer(refusal))) }
        if plugins.isWithoutRecipients { return refuseTransaction(House.nobodyLeft) }
        guard MessageBuffer.totalBytes < house.settings.draftMemory else { return refuseTransaction(House.busy) }
        transaction?.letGo = nil
        plugins.beginMessage(
            leading: trace(),
            spool: house.spool,
            largest: Int(clamping: house.limits.messageBytes),
            room: Self.room
        )
        return .answer(.accept(nil))
    }

    /// Ends the transaction with the server's own refusal.
    func refuseTransaction(_ reply: Reply) -> Conclusion {
        let tagged = house.tagged(reply, summary.id)
        refused(Refusal(protocol: reply), reply, settling: true)
        return .go(.endTransaction(then: .answer(.refuse(tagged, then: .stay))))
    }

    /// A plugin's own words for an accepted command.
    private func words(_ outcome: Outcome, _ code: UInt16, _ enhanced: String) -> Reply? {
        guard let words = outcome.reply, !words.text.isEmpty else { return nil }
        return house.reply(words, code: code, enhanced, words.text)
    }
}

extension TransactionSummary {
    /// A recipient was accepted: what others were told settles nothing.
    mutating func unsettle() {
        verdict = .aborted
        code = 0
        plugin = nil
    }

    /// Adds a recipient to those that the log names: five at most.
    mutating func name(recipient: Address) {
        guard rcptsAccepted <= 5 else { return }
        to += to.isEmpty ? recipient.text : ",\(recipient.text)"
    }
}
