internal import Store

extension PolicyBook {
    /// Adds to what is written down; whether that is on the disk.
    func add(_ counts: [TLSTally.Key: Int]) async -> Bool {
        await write { [bounds] transaction throws(StoreError) in
            let room = Room(bounds, isFull: try Self.fileBytes(transaction) >= bounds.file)
            for (key, count) in counts { try Self.add(key, count, room, transaction) }
        }
    }

    /// What new rows there may be.
    private struct Room {
        let bounds: BookBounds
        /// None.
        let isFull: Bool

        init(_ bounds: BookBounds, isFull: Bool) { (self.bounds, self.isFull) = (bounds, isFull) }
    }

    /// What is in the file, free pages apart.
    private static func fileBytes(_ transaction: StoreTransaction) throws(StoreError) -> Int {
        try transaction.first(
            """
            SELECT (p.page_count - f.freelist_count) * s.page_size
            FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s
            """
        ) { $0.integer(0) } ?? 0
    }

    private static func add(
        _ key: TLSTally.Key,
        _ count: Int,
        _ room: Room,
        _ transaction: StoreTransaction
    ) throws(StoreError) {
        let isKnown = try update(key, count, transaction)
        guard !isKnown, !room.isFull else { return }
        let there = try transaction.first(
            """
            SELECT count(*), sum(128 + length(CAST(lines AS BLOB)) + length(CAST(patterns AS BLOB))
                + length(CAST(host || remote || local || reason AS BLOB)))
            FROM tally WHERE day = ? AND domain = ?
            """,
            [.integer(key.day), .text(key.rule.domain)]
        ) { (rows: $0.integer(0), bytes: $0.optionalInteger(1) ?? 0) }
        let (rows, bytes) = ((there?.rows ?? 0) + 1, (there?.bytes ?? 0) + key.size)
        if rows > room.bounds.dayRows || bytes > room.bounds.day {
            // Without details many are one.
            if let failure = key.failure, failure != TLSFailure(failure.result) {
                let plain = TLSTally.Key(day: key.day, rule: key.rule, failure: TLSFailure(failure.result))
                return try add(plain, count, room, transaction)
            }
            guard rows <= 2 * room.bounds.dayRows, bytes <= 2 * room.bounds.day else { return }
        }
        try transaction.run(
            "INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values(key) + [.integer(count)]
        )
    }

    private static func update(
        _ key: TLSTally.Key,
        _ count: Int,
        _ transaction: StoreTransaction
    ) throws(StoreError) -> Bool {
        let changed = try transaction.run(
            """
            UPDATE tally SET sessions = sessions + ? WHERE day = ? AND domain = ? AND kind = ? AND lines = ?
                AND patterns = ? AND result = ? AND host = ? AND remote = ? AND local = ? AND reason = ?
            """,
            [.integer(count)] + values(key)
        )
        return changed > 0
    }

    private static func values(_ key: TLSTally.Key) -> [StoreValue] {
        [
            .integer(key.day), .text(key.rule.domain), .text(key.rule.kind.rawValue),
            .text(key.rule.lines.joined(separator: "\n")), .text(key.rule.patterns.joined(separator: "\n")),
            .text(key.failure?.result.rawValue ?? ""), .text(key.failure?.host ?? ""),
            .text(key.failure?.remote ?? ""), .text(key.failure?.local ?? ""), .text(key.failure?.reason ?? ""),
        ]
    }

    /// A day of a domain that is to be reported.
    struct DueReport: Sendable, Equatable {
        let day: Int
        let domain: String
        /// Attempts so far.
        let tries: Int
        /// Addresses that have it.
        let done: [String]
    }

    /// The days before one that nobody has been told of, and may be told of now.
    func dueReports(before day: Int, now: Int64, limit: Int) async -> [DueReport] {
        await read { transaction throws(StoreError) in
            try transaction.rows(
                """
                SELECT DISTINCT t.day, t.domain, coalesce(r.tries, 0), coalesce(r.done, '') FROM tally t
                LEFT JOIN report r ON r.day = t.day AND r.domain = t.domain
                WHERE t.day < ? AND coalesce(r.due, 0) <= ? ORDER BY t.day, t.domain LIMIT ?
                """,
                [.integer(day), .integer(now), .integer(limit)]
            ) {
                DueReport(
                    day: $0.integer(0),
                    domain: $0.text(1),
                    tries: $0.integer(2),
                    done: $0.text(3).split(separator: "\n").map(String.init)
                )
            }
        } ?? []
    }

    /// What was counted for a domain on a day.
    func counts(of domain: String, on day: Int) async -> [(TLSTally.Key, Int)] {
        await read { transaction throws(StoreError) in
            try transaction.rows(
                """
                SELECT kind, lines, patterns, result, host, remote, local, reason, sessions FROM tally
                WHERE day = ? AND domain = ? ORDER BY kind, lines, patterns, result, host, remote
                """,
                [.integer(day), .text(domain)]
            ) { row in Self.key(row, domain, day).map { ($0, row.integer(8)) } }.compactMap { $0 }
        } ?? []
    }

    private static func key(_ row: StoreRow, _ domain: String, _ day: Int) -> TLSTally.Key? {
        guard let kind = TLSRule.Kind(rawValue: row.text(0)) else { return nil }
        let rule = TLSRule(
            kind,
            of: domain,
            lines: row.text(1).split(separator: "\n").map(String.init),
            patterns: row.text(2).split(separator: "\n").map(String.init)
        )
        guard let result = TLSFailure.Result(rawValue: row.text(3)) else {
            return TLSTally.Key(day: day, rule: rule, failure: nil)
        }
        var failure = TLSFailure(result)
        (failure.host, failure.remote, failure.local) = (row.text(4), row.text(5), row.text(6))
        failure.reason = row.text(7)
        return TLSTally.Key(day: day, rule: rule, failure: failure)
    }

    /// The report is tried again for those who don't have it.
    func postpone(_ report: DueReport, to due: Int64, done: [String]) async {
        await write { transaction throws(StoreError) in
            try transaction.run(
                "INSERT OR REPLACE INTO report (day, domain, due, tries, done) VALUES (?, ?, ?, ?, ?)",
                [
                    .integer(report.day), .text(report.domain), .integer(due), .integer(report.tries + 1),
                    .text(done.joined(separator: "\n")),
                ]
            )
        }
    }

    /// Nobody is to be told of the days before one any more.
    func dropCounts(before day: Int) async {
        await write { transaction throws(StoreError) in
            for table in ["tally", "report"] {
                try transaction.run("DELETE FROM \(table) WHERE day < ?", [.integer(day)])
            }
        }
    }

    /// Nobody is to be told of that day any more.
    func settle(_ report: DueReport) async {
        await write { transaction throws(StoreError) in
            for table in ["tally", "report"] {
                try transaction.run(
                    "DELETE FROM \(table) WHERE day = ? AND domain = ?",
                    [.integer(report.day), .text(report.domain)]
                )
            }
        }
    }
}
