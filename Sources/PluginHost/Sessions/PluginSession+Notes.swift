/// Notes that go with a message from its transaction to its deliveries.
extension PluginSession {
    /// What plugins have noted about the transaction, by key; results among them.
    public var transactionNotes: [Note] {
        let book = shared.state.withLock { $0.mail?.notes }
        return book?.all(below: "").map { Note($0.key, $0.value) } ?? []
    }

    /// Gives the transaction notes that were kept; those beyond a scope's bounds are left out.
    public func restore(_ notes: [Note]) {
        shared.state.withLock { state in
            guard var mail = state.mail.take() else { return }
            for note in notes { _ = mail.notes.set(note.key, note.value) }
            state.mail = mail
        }
        forgetSkipped()
    }

    /// Has the next questions be about one of the recipients, by its place.
    public func point(at index: Int) {
        shared.state.withLock { $0.mail?.current = index }
        refreshRecipient()
    }
}
