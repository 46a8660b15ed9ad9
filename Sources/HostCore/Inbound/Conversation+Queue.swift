internal import Mail
internal import PluginHost
internal import Queue
internal import SMTP
internal import System
internal import Wire

extension Conversation {
    /// The message as the queue is to keep it: as plugins have left it, for those whom they have left.
    func draft() -> Draft? {
        guard var envelope = plugins.envelope, let message = plugins.message else { return nil }
        envelope.recipients.removeAll(where: \.isDropped)
        return Draft(
            name: transaction?.summary.id ?? summary.id,
            envelope: envelope,
            text: message.text,
            arrived: .now,
            client: summary.auth.map { "\($0) at \(summary.ip)" } ?? summary.ip,
            notes: NotesText.encode(plugins.transactionNotes)
        )
    }

    /// Has a draft written; the conversation is woken when it is on the disk, or can't be.
    func seal(_ draft: Draft, in queue: Queue) {
        guard let mailbox = peer?.mailbox else { return }
        let sealing = Sealing()
        self.sealing = sealing
        let token = Self.sealed
        queue.seal(draft) { error in
            sealing.settle(error)
            mailbox.wake(token)
        }
    }

    func concludeSealing(_ sealing: Sealing) -> Conclusion {
        guard let error = sealing.error else { return .go(.queueOk(queued())) }
        house.journal.log.error("a message could not be queued", id: summary.id, [("reason", .text("\(error)"))])
        return refuseTransaction(House.queueFails)
    }
}

extension MessageBuffer {
    /// A short one is copied; a long one is written from where it is, behind the event loop's back.
    var text: Draft.Text {
        let count = textCount
        guard count > 64 << 10 else { return .bytes(textBytes) }
        return .file(count: count) { [self] file throws(SystemError) in try write(to: file) }
    }
}
