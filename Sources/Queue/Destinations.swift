internal import Store

/// When each destination has something due, so that a look at what is next is one at a short table.
enum Destinations {
    /// Something is waiting for a destination from then on.
    static func note(_ name: String, due: QueueTime, _ transaction: StoreTransaction) throws(StoreError) {
        try transaction.run(
            "INSERT INTO destination (name, due) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET due = min(due, excluded.due)",
            [.text(name), .integer(due.milliseconds)]
        )
    }

    /// Looks anew at what is waiting for a destination.
    static func refresh(_ name: String, _ transaction: StoreTransaction) throws(StoreError) {
        let due = try transaction.first(
            "SELECT min(due) FROM recipient WHERE destination = ? AND state = 0",
            [.text(name)]
        ) { $0.optionalInteger(0) }
        guard let due, let due else {
            try transaction.run("DELETE FROM destination WHERE name = ?", [.text(name)])
            return
        }
        try transaction.run(
            "INSERT INTO destination (name, due) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET due = excluded.due",
            [.text(name), .integer(due)]
        )
    }
}
