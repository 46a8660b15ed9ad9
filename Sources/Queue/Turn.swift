internal import Mail
internal import Store

/// Whose mail for a destination it is, and how urgent: those of the same urgency take turns, whoever has waited longest first.
///
/// A turn is due when the first mail of it is, but not before it was served last; so a party with much mail comes again behind
/// all the others, and looking for the next one is a look at a short table.
struct Turn: Hashable {
    let destination: String
    /// The priority turned round, so that small comes first: RFC 6710.
    let urgency: Int
    let party: Int

    static let columns = "destination, urgency, party"

    init(_ destination: String, urgency: Int, party: Int) {
        self.destination = destination
        self.urgency = urgency
        self.party = party
    }

    /// From the three ``columns`` at a place.
    init(_ row: StoreRow, at column: Int) {
        self.init(row.text(column), urgency: row.integer(column + 1), party: row.integer(column + 2))
    }

    private var values: [StoreValue] { [.text(destination), .integer(urgency), .integer(party)] }

    /// Mail of it is waiting from then on.
    func note(due: QueueTime, _ transaction: StoreTransaction) throws(StoreError) {
        let changed = try transaction.run(
            """
            INSERT INTO turn (\(Self.columns), due) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET due = excluded.due WHERE excluded.due < due
            """,
            values + [.integer(due.milliseconds)]
        )
        // The destination is due no later than each of its turns.
        guard changed > 0 else { return }
        try transaction.run(
            """
            INSERT INTO destination (name, urgency, due) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET due = excluded.due WHERE excluded.due < due
            """,
            [.text(destination), .integer(urgency), .integer(due.milliseconds)]
        )
    }

    /// Looks anew at what is waiting of it, which is due from a moment on.
    func refresh(served: QueueTime? = nil, _ transaction: StoreTransaction) throws(StoreError) {
        let due = try transaction.first(
            "SELECT min(due) FROM recipient WHERE destination = ? AND urgency = ? AND party = ? AND state = 0",
            values
        ) { $0.optionalInteger(0) }
        guard let due, let due else {
            try transaction.run("DELETE FROM turn WHERE destination = ? AND urgency = ? AND party = ?", values)
            return
        }
        let time = max(due, served.map { Int($0.milliseconds) } ?? due)
        try transaction.run(
            "INSERT INTO turn (\(Self.columns), due) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET due = excluded.due",
            values + [.integer(time)]
        )
    }

    /// Looks anew at when a destination has something of an urgency, behind its turns.
    static func refresh(_ destination: String, urgency: Int, _ transaction: StoreTransaction) throws(StoreError) {
        let due = try transaction.first(
            "SELECT min(due) FROM turn WHERE destination = ? AND urgency = ?",
            [.text(destination), .integer(urgency)]
        ) { $0.optionalInteger(0) }
        guard let due, let due else {
            try transaction.run(
                "DELETE FROM destination WHERE name = ? AND urgency = ?",
                [.text(destination), .integer(urgency)]
            )
            return
        }
        try transaction.run(
            "INSERT INTO destination (name, urgency, due) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET due = excluded.due",
            [.text(destination), .integer(urgency), .integer(due)]
        )
    }

    /// Looks anew at all of these, and at their destinations.
    static func refresh(_ turns: some Sequence<Turn>, _ transaction: StoreTransaction) throws(StoreError) {
        var destinations: Set<Turn> = []
        for turn in turns {
            try turn.refresh(transaction)
            destinations.insert(Turn(turn.destination, urgency: turn.urgency, party: 0))
        }
        for turn in destinations { try refresh(turn.destination, urgency: turn.urgency, transaction) }
    }
}

extension Turn {
    /// The number of the party that a sender is of; that two have the same does no harm.
    ///
    /// What is behind a + tells nobody apart. Where an address has a =, as VERP, SRS and BATV write it, another address or a
    /// number is in it that differs from mail to mail: the domain is the party.
    static func party(of sender: Address) -> Int {
        let text = sender.text.utf8
        let at = text.lastIndex(of: UInt8(ascii: "@")) ?? text.endIndex
        let local = text[..<at]
        let own = local.contains(UInt8(ascii: "=")) ? local.prefix(0) : local.prefix { $0 != UInt8(ascii: "+") }
        // FNV-1a.
        var hash: UInt32 = 2_166_136_261
        for part in [own, text[at...]] {
            for byte in part {
                let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                hash = (hash ^ UInt32(isCapital ? byte | 0x20 : byte)) &* 16_777_619
            }
        }
        return Int(hash)
    }
}
