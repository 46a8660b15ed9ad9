internal import Queue
internal import Store

extension PolicyBook {
    /// A domain's policy, whether or not it still counts.
    func policy(of domain: String) async -> KeptPolicy? {
        let found = await read { transaction throws(StoreError) in
            try transaction.first("SELECT id, text, fetched, used FROM policy WHERE domain = ?", [.text(domain)]) {
                Self.policy($0)
            }
        }
        return found.flatMap { $0 }.flatMap { $0 }
    }

    private static func policy(_ row: StoreRow) -> KeptPolicy? {
        guard let policy = try? STSPolicy(row.blob(1) ?? []) else { return nil }
        return KeptPolicy(
            id: row.text(0),
            policy: policy,
            fetched: QueueTime(milliseconds: Int64(row.integer(2))),
            used: QueueTime(milliseconds: Int64(row.integer(3)))
        )
    }

    func keep(_ kept: KeptPolicy, _ text: [UInt8], of domain: String) async {
        await write { [bounds] transaction throws(StoreError) in
            try transaction.run(
                """
                INSERT OR REPLACE INTO policy (domain, id, text, fetched, expires, refreshes, used)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(domain), .text(kept.id), .blob(text), .integer(kept.fetched.milliseconds),
                    .integer(kept.expires.milliseconds), .integer(kept.refreshes.milliseconds),
                    .integer(kept.used.milliseconds),
                ]
            )
            try Self.makeRoom(bounds.policies, transaction)
        }
    }

    /// Drops the policies that mail was sent under longest ago, until the others have no more bytes than these.
    private static func makeRoom(_ bytes: Int, _ transaction: StoreTransaction) throws(StoreError) {
        try transaction.run(
            """
            DELETE FROM policy WHERE domain IN (
                SELECT domain FROM (
                    SELECT domain, sum(length(text)) OVER (ORDER BY used DESC, fetched DESC, domain) AS total FROM policy)
                WHERE total > ?)
                AND (SELECT sum(length(text)) FROM policy) > ?
            """,
            [.integer(bytes), .integer(bytes)]
        )
    }

    func use(_ domain: String, at now: QueueTime) async {
        await write { transaction throws(StoreError) in
            try transaction.run(
                "UPDATE policy SET used = ? WHERE domain = ?",
                [.integer(now.milliseconds), .text(domain)]
            )
        }
    }

    /// Its policy is fetched again at another time.
    func refresh(_ domain: String, at time: QueueTime) async {
        await write { transaction throws(StoreError) in
            try transaction.run(
                "UPDATE policy SET refreshes = ? WHERE domain = ?",
                [.integer(time.milliseconds), .text(domain)]
            )
        }
    }

    /// Domains whose policies are to be fetched again, of those that mail was sent to of late.
    func stale(now: QueueTime, usedSince: QueueTime, limit: Int) async -> [String] {
        await read { transaction throws(StoreError) in
            try transaction.rows(
                """
                SELECT domain FROM policy WHERE refreshes <= ? AND expires > ? AND used >= ?
                ORDER BY refreshes LIMIT ?
                """,
                [
                    .integer(now.milliseconds), .integer(now.milliseconds), .integer(usedSince.milliseconds),
                    .integer(limit),
                ]
            ) { $0.text(0) }
        } ?? []
    }

    /// Drops what counts no more.
    func forget(before now: QueueTime) async {
        await write { transaction throws(StoreError) in
            try transaction.run("DELETE FROM policy WHERE expires <= ?", [.integer(now.milliseconds)])
        }
    }
}
