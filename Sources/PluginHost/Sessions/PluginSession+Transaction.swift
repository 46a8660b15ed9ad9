internal import Hooks
public import Mail
internal import PluginABI

extension PluginSession {
    // MARK: The transaction

    /// Begins a transaction, whose token plugins see from now on.
    ///
    /// - Parameters:
    ///   - id: "UUID.N"
    ///   - envelope: what MAIL said, without recipients.
    public func beginTransaction(id: String, envelope: Envelope) {
        endTransaction()
        let sender = envelope.sender
        change { facts in
            facts.set(.mailAddress, sender.text)
            facts.set(.mailUser, sender.local)
            facts.set(.mailDomain, sender.domain)
            unsafe facts.args.pointee.mail_size = envelope.declaredSize
        }
        shared.state.withLock { state in
            guard var seat = state.seat else { return }
            state.transaction = seat.next(.transaction)
            state.seat = seat
            state.mail = SharedSession.MailState(id: id, envelope: envelope)
            unsafe facts.args.pointee.txn = state.transaction
        }
    }

    /// Ends the transaction with its notes, recipients and message.
    public func endTransaction() {
        let had = shared.state.withLock { state in
            // Dropped behind the lock: a message's memory goes with it.
            let mail = state.mail.take()
            state.transaction = 0
            return mail
        }
        guard had != nil else { return }
        text = nil
        forgetSkipped()
        change { facts in
            facts.clear(.mailAddress)
            facts.clear(.mailUser)
            facts.clear(.mailDomain)
            facts.clearRecipient()
            unsafe facts.args.pointee.txn = 0
            unsafe facts.args.pointee.mail_size = 0
            unsafe facts.args.pointee.rcpt_count = 0
            unsafe facts.args.pointee.size = 0
        }
    }

    /// The sender and the recipients, with what plugins rewrote, added and dropped; dropped ones keep their places.
    public var envelope: Envelope? { shared.state.withLock { $0.mail?.envelope } }

    /// Whether a transaction has begun and not ended.
    public var hasTransaction: Bool { unsafe facts.args.pointee.txn != 0 }

    /// Whether nobody is left to deliver to.
    public var isWithoutRecipients: Bool {
        shared.state.withLock { $0.mail?.envelope.recipients.allSatisfy(\.isDropped) ?? true }
    }

    /// The one recipient that is left, as the client named it; nil when there are none or several.
    public var onlyRecipient: Address? {
        shared.state.withLock { state in
            var only: Address?
            for recipient in state.mail?.envelope.recipients ?? [] where !recipient.isDropped {
                guard only == nil else { return nil }
                only = recipient.original
            }
            return only
        }
    }

    // MARK: Recipients

    /// Adds the recipient that the next RCPT hooks are asked about; gives its index.
    public func add(_ recipient: Recipient) -> Int {
        let index = shared.state.withLock { state in
            guard var mail = state.mail.take() else { preconditionFailure("a recipient belongs to a transaction") }
            mail.envelope.recipients.append(recipient)
            mail.current = mail.envelope.recipients.count - 1
            let index = mail.envelope.recipients.count - 1
            state.mail = mail
            return index
        }
        refreshRecipient()
        return index
    }

    /// Takes the recipient away that was added last, because it was refused, with those that plugins added for it.
    public func removeLastRecipient() {
        shared.state.withLock { state in
            guard var mail = state.mail.take(), let current = mail.current else { return }
            mail.envelope.recipients.removeSubrange(current...)
            mail.current = nil
            state.mail = mail
        }
        refreshRecipient()
    }

    /// Writes what the envelope says now of the current recipient.
    func refreshRecipient() {
        let (recipient, index, count) = shared.state.withLock { state -> (Recipient?, Int, Int) in
            guard let mail = state.mail else { return (nil, 0, 0) }
            let count = mail.envelope.recipients.reduce(0) { $0 + ($1.isDropped ? 0 : 1) }
            guard let current = mail.current else { return (nil, 0, count) }
            return (mail.envelope.recipients[current], current, count)
        }
        change { facts in
            unsafe facts.args.pointee.rcpt_count = Int32(truncatingIfNeeded: count)
            guard let recipient else { return facts.clearRecipient() }
            facts.set(.rcptAddress, recipient.address.text)
            facts.set(.rcptUser, recipient.address.local)
            facts.set(.rcptDomain, recipient.address.domain)
            facts.set(.rcptOriginal, recipient.original.text)
            unsafe facts.args.pointee.rcpt_index = Int32(truncatingIfNeeded: index)
        }
    }

    // MARK: The message

    /// The message's text, from ``beginMessage(leading:)`` to the transaction's end.
    public var message: MessageBuffer? { text }

    /// Begins the message with header lines of the server itself: whole lines with their CRLF.
    ///
    /// - Parameters:
    ///   - leading: those lines.
    ///   - spool: where a big one is written as it comes; nil keeps it in memory.
    ///   - largest: bytes that may come at most.
    ///   - room: with what the loop is woken when there is room again.
    public func beginMessage(leading: [UInt8], spool: Spool? = nil, largest: Int = 0, room: UInt64 = 0) {
        let message = MessageBuffer(leading: leading, spool: spool, largest: largest, wake: shared.wake, room: room)
        text = message
        shared.state.withLock { state in
            state.mail?.message = message
            // What follows is about all recipients.
            state.mail?.current = nil
        }
        refreshRecipient()
    }

    /// The text holds bytes beyond ASCII, announced or not.
    public func noteEightBit() { shared.state.withLock { $0.mail?.envelope.is8Bit = true } }

    // MARK: Notes

    /// A note as text, by its whole key: "@queue.wants", "maildir/path".
    public func note(_ key: String, ofTransaction: Bool) -> String? {
        shared.state.withLock { state in
            ofTransaction ? state.mail?.notes[key]?.string : state.notes[key]?.string
        }
    }

    /// What plugins reported by `notes.result`: "@results/PLUGIN/KIND" and the lines.
    public func results(ofTransaction: Bool) -> [(key: String, text: String)] {
        let book = shared.state.withLock { ofTransaction ? $0.mail?.notes : $0.notes }
        return book?.all(below: "@results/").map { ($0.key, $0.value.string ?? "") } ?? []
    }
}

extension FactBook {
    func clearRecipient() {
        clear(.rcptAddress)
        clear(.rcptUser)
        clear(.rcptDomain)
        clear(.rcptOriginal)
        unsafe args.pointee.rcpt_index = 0
    }
}
