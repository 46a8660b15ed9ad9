internal import Mail
internal import Store
internal import System

extension Queue {
    /// Takes a message over: when it says nil, the message is on the disk.
    ///
    /// - Parameters:
    ///   - draft: at least one of its recipients isn't dropped.
    ///   - done: told once, on any thread.
    public func seal(_ draft: Draft, _ done: @escaping @Sendable (QueueError?) -> Void) {
        seal(draft, as: nextID(), done)
    }

    /// The same for who can wait; the number that the message has in the queue.
    public func seal(_ draft: Draft) async throws(QueueError) -> Int64 {
        let id = nextID()
        let error = await withCheckedContinuation { continuation in
            seal(draft, as: id) { continuation.resume(returning: $0) }
        }
        if let error { throw error }
        return id
    }

    private func seal(_ draft: Draft, as id: Int64, _ done: @escaping @Sendable (QueueError?) -> Void) {
        let write: @Sendable (borrowing FileDescriptor) throws(SystemError) -> Void
        switch draft.text {
        case .bytes(let bytes) where bytes.count <= Self.largestBlob: return seal(draft, as: id, spool: nil, done)
        case .bytes(let bytes): write = { file throws(SystemError) in try file.writeAll(bytes) }
        case .file(_, let body): write = body
        }
        let name = "\(id)"
        spool.write(name, write) { [self] error in
            if let error { return done(.spool(error)) }
            seal(draft, as: id, spool: name, done)
        }
    }

    private func seal(
        _ draft: Draft,
        as id: Int64,
        spool name: String?,
        _ done: @escaping @Sendable (QueueError?) -> Void
    ) {
        store.write(
            bytes: name == nil ? draft.text.count + 1024 : 1024,
            { transaction throws(StoreError) in try Self.insert(draft, as: id, spool: name, transaction) },
            undo: { transaction throws(StoreError) in _ = try Self.remove(id, transaction) },
            // Not before: a row that was refused may be on the disk, and must not be without its text.
            undone: { [self] in if let name { spool.remove([name]) } },
            { [self] error in
                if let error { return done(.store(error)) }
                done(nil)
                tellDue()
            }
        )
    }

    static func insert(
        _ draft: Draft,
        as id: Int64,
        spool: String?,
        _ transaction: StoreTransaction
    ) throws(StoreError) {
        let recipients = draft.envelope.recipients.filter { !$0.isDropped }
        try transaction.run(
            """
            INSERT INTO message (id, name, queued, size, unsettled, spool, notes, client, released, \(MessageRow.columns))
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(id), .text(draft.name), .integer(draft.arrived.milliseconds), .integer(draft.text.count),
                .integer(recipients.count), .text(spool), .text(draft.notes), .text(draft.client),
                .integer(release(draft).map { Int($0.milliseconds) }),
            ] + MessageRow.values(draft.envelope, arrived: draft.arrived)
        )
        if spool == nil, case .bytes(let bytes) = draft.text {
            try transaction.run("INSERT INTO body (id, bytes) VALUES (?, ?)", [.integer(id), .blob(bytes)])
        }
        let due = release(draft) ?? draft.arrived
        let urgency = -Int(draft.envelope.options?.priority ?? 0)
        let party = Turn.party(of: draft.envelope.sender)
        var turns: Set<Turn> = []
        for (place, recipient) in recipients.enumerated() {
            let turn = Turn(recipient.address.domain, urgency: urgency, party: party)
            try insert(recipient, at: place, of: id, due, turn, transaction)
            turns.insert(turn)
        }
        for turn in turns { try turn.note(due: due, transaction) }
    }

    private static func insert(
        _ recipient: Recipient,
        at place: Int,
        of message: Int64,
        _ due: QueueTime,
        _ turn: Turn,
        _ transaction: StoreTransaction
    ) throws(StoreError) {
        let options = recipient.options
        try transaction.run(
            """
            INSERT INTO recipient
                (message, place, address, destination, notice, original_type, original, state, due, attempts,
                urgency, party)
            VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, 0, ?, ?)
            """,
            [
                .integer(message), .integer(place), .text(recipient.address.text), .text(turn.destination),
                .integer(options?.notice.map { Int($0.rawValue) }), .text(options?.originalRecipient?.type),
                .text(options?.originalRecipient?.address), .integer(due.milliseconds),
                .integer(turn.urgency), .integer(turn.party),
            ]
        )
    }

    /// When it is to be tried first, where it is held back: RFC 4865.
    private static func release(_ draft: Draft) -> QueueTime? {
        switch draft.envelope.options?.hold {
        case .seconds(let seconds): draft.arrived + .seconds(seconds)
        case .until(let seconds): max(draft.arrived, QueueTime(secondsSinceEpoch: seconds))
        case nil: nil
        }
    }

    /// Takes a message out with all that belongs to it; the name of its file, if it has one.
    static func remove(_ id: Int64, _ transaction: StoreTransaction) throws(StoreError) -> String? {
        let spool = try transaction.first("SELECT spool FROM message WHERE id = ?", [.integer(id)]) {
            $0.optionalText(0)
        }
        let turns = try transaction.rows(
            "SELECT DISTINCT \(Turn.columns) FROM recipient WHERE message = ? AND state = 0",
            [.integer(id)]
        ) { Turn($0, at: 0) }
        try erase(id, transaction)
        try Turn.refresh(turns, transaction)
        return spool.flatMap { $0 }
    }

    /// Takes away the rows of a message, none of whose recipients waits.
    static func erase(_ id: Int64, _ transaction: StoreTransaction) throws(StoreError) {
        for table in [
            "DELETE FROM recipient WHERE message = ?", "DELETE FROM body WHERE id = ?",
            "DELETE FROM message WHERE id = ?",
        ] {
            try transaction.run(table, [.integer(id)])
        }
    }
}
