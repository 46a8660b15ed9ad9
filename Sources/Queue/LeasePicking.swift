internal import Mail
internal import Store
internal import System

/// Picks the messages of a destination that are leased together, in a transaction.
struct LeasePicking {
    private struct Row {
        let id: Int64
        let message: Int64
    }

    private let destination: String
    private let now: QueueTime
    private let messages: Int
    private let spool: SpoolFolder
    private let transaction: StoreTransaction
    private(set) var leases: [Lease] = []
    private var recipients = 0
    private var bytes = 0

    init(
        _ destination: String,
        now: QueueTime,
        messages: Int,
        _ spool: SpoolFolder,
        _ transaction: StoreTransaction
    ) {
        self.destination = destination
        self.now = now
        self.messages = messages
        self.spool = spool
        self.transaction = transaction
    }

    private var isFull: Bool {
        leases.count >= messages || recipients >= Queue.mostRecipients || bytes >= Queue.mostBytes
    }

    /// Urgent mail first.
    mutating func pick() throws(StoreError) {
        let urgencies = try transaction.rows(
            "SELECT urgency FROM destination WHERE name = ? AND due <= ? ORDER BY urgency",
            [.text(destination), .integer(now.milliseconds)]
        ) { $0.integer(0) }
        for urgency in urgencies where !isFull { try pick(urgency) }
    }

    /// Everybody whose turn it is gets as much of the room; what is left of that is for the next time.
    private mutating func pick(_ urgency: Int) throws(StoreError) {
        let parties = try transaction.rows(
            "SELECT party FROM turn WHERE destination = ? AND urgency = ? AND due <= ? ORDER BY due LIMIT ?",
            [.text(destination), .integer(urgency), .integer(now.milliseconds), .integer(messages - leases.count)]
        ) { $0.integer(0) }
        let share = (messages - leases.count + parties.count - 1) / max(parties.count, 1)
        for party in parties where !isFull {
            let turn = Turn(destination, urgency: urgency, party: party)
            try pick(turn, min(share, messages - leases.count))
            try turn.refresh(served: now, transaction)
        }
        try Turn.refresh(destination, urgency: urgency, transaction)
    }

    private mutating func pick(_ turn: Turn, _ share: Int) throws(StoreError) {
        // One more, to see whether it is of the same message.
        var rows = try rows(turn, limit: share + 1)
        if rows.count > share, zip(rows, rows.dropFirst()).contains(where: { $0.message == $1.message }) {
            rows = try self.rows(turn, limit: max(share + 1, Queue.mostRecipients))
        }
        var order: [Int64] = []
        var groups: [Int64: [Int64]] = [:]
        for row in rows {
            if groups[row.message] == nil {
                guard order.count < share else { break }
                order.append(row.message)
            }
            groups[row.message, default: []].append(row.id)
        }
        for message in order where !isFull {
            if let lease = try lease(message, turn, groups[message] ?? []) { add(lease) }
        }
    }

    private mutating func add(_ lease: Lease) {
        leases.append(lease)
        recipients += lease.entries.count
        bytes += lease.notes?.utf8.count ?? 0
        if case .memory(let text) = lease.text.place { bytes += text.count }
    }

    /// Those who wait, the ones that are due for longest first: all of it stands in the index.
    private func rows(_ turn: Turn, limit: Int) throws(StoreError) -> [Row] {
        try transaction.rows(
            """
            SELECT id, message FROM recipient
            WHERE destination = ? AND urgency = ? AND party = ? AND state = 0 AND due <= ? ORDER BY due, message LIMIT ?
            """,
            [
                .text(turn.destination), .integer(turn.urgency), .integer(turn.party), .integer(now.milliseconds),
                .integer(limit),
            ]
        ) { Row(id: Int64($0.integer(0)), message: Int64($0.integer(1))) }
    }

    /// What can't be read is kept for somebody to look at.
    private func lease(_ message: Int64, _ turn: Turn, _ rows: [Int64]) throws(StoreError) -> Lease? {
        var entries: [Lease.Entry] = []
        var recipients: [Recipient] = []
        for id in rows {
            let found = try transaction.first(
                """
                UPDATE recipient SET state = 1, was = NULL WHERE id = ?
                RETURNING attempts, tried, address, notice, original_type, original, warned
                """,
                [.integer(id)]
            ) { row in
                let tried = row.optionalInteger(1).map { QueueTime(milliseconds: Int64($0)) }
                let isWarned = row.optionalInteger(6) != nil
                let entry = Lease.Entry(id: id, attempts: row.integer(0), isWarned: isWarned, tried: tried)
                return (entry, MessageRow.recipient(row, at: 2))
            }
            guard let (entry, recipient) = found, let recipient else {
                try Queue.hold(id, "the address can't be read", transaction)
                continue
            }
            entries.append(entry)
            recipients.append(recipient)
        }
        guard !entries.isEmpty else { return nil }
        if let lease = try lease(message, turn, entries, recipients) { return lease }
        for entry in entries { try Queue.hold(entry.id, "the message's sender can't be read", transaction) }
        return nil
    }

    /// What is leased of a message, whoever has picked it.
    func lease(
        _ message: Int64,
        _ turn: Turn,
        _ entries: [Lease.Entry],
        _ recipients: [Recipient]
    ) throws(StoreError) -> Lease? {
        try transaction.first(
            """
            SELECT name, queued, notes, size, spool, (SELECT bytes FROM body WHERE body.id = message.id), released,
                \(MessageRow.columns)
            FROM message WHERE id = ?
            """,
            [.integer(message)]
        ) { row -> Lease? in
            guard var envelope = MessageRow.envelope(row, at: 7, now: now) else { return nil }
            envelope.recipients = recipients
            let place: QueuedText.Place =
                row.optionalText(4).map { .file(name: $0, spool) } ?? .memory(row.blob(5) ?? [])
            return Lease(
                message: message,
                name: row.text(0),
                destination: turn.destination,
                envelope: envelope,
                entries: entries,
                arrived: QueueTime(milliseconds: Int64(row.integer(1))),
                text: QueuedText(place: place, count: row.integer(3)),
                notes: row.optionalText(2),
                released: row.optionalInteger(6).map { QueueTime(milliseconds: Int64($0)) },
                deadline: MessageRow.deadline(row, at: 7),
                urgency: turn.urgency,
                party: turn.party
            )
        }.flatMap { $0 }
    }
}
