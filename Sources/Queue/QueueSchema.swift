internal import Store

/// The tables of the queue: a message and its text once, a row for each recipient, and who is due, by destination and turn.
enum QueueSchema {
    static let current = StoreSchema(steps: [messages, turns])

    private static let messages = [
        """
        CREATE TABLE message (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, queued INTEGER NOT NULL, sender TEXT NOT NULL,
            bits INTEGER NOT NULL, size INTEGER NOT NULL, unsettled INTEGER NOT NULL, spool TEXT,
            envelope_id TEXT, submitter TEXT, priority INTEGER, deadline INTEGER, notes TEXT, client TEXT)
        """,
        "CREATE INDEX message_name ON message (name)",
        "CREATE TABLE body (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)",
        """
        CREATE TABLE recipient (
            id INTEGER PRIMARY KEY, message INTEGER NOT NULL, place INTEGER NOT NULL, address TEXT NOT NULL,
            destination TEXT NOT NULL, notice INTEGER, original_type TEXT, original TEXT,
            state INTEGER NOT NULL, due INTEGER NOT NULL, attempts INTEGER NOT NULL, tried INTEGER,
            host TEXT, reply TEXT)
        """,
        "CREATE INDEX recipient_message ON recipient (message, place)",
        "CREATE INDEX recipient_waiting ON recipient (destination, due) WHERE state = 0",
        "CREATE INDEX recipient_leased ON recipient (id) WHERE state = 1",
        "CREATE INDEX recipient_destination ON recipient (destination, id)",
        "CREATE TABLE destination (name TEXT PRIMARY KEY, due INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE INDEX destination_due ON destination (due)",
    ]

    /// Urgent mail goes first, and senders take turns: ``Turn``.
    ///
    /// Mail of before belongs to one party.
    private static let turns = [
        "ALTER TABLE message ADD COLUMN released INTEGER",
        "ALTER TABLE recipient ADD COLUMN urgency INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE recipient ADD COLUMN party INTEGER NOT NULL DEFAULT 0",
        """
        UPDATE recipient SET urgency = -(SELECT priority FROM message WHERE message.id = recipient.message)
        WHERE message IN (SELECT id FROM message WHERE priority <> 0)
        """,
        "DROP INDEX recipient_waiting",
        "CREATE INDEX recipient_waiting ON recipient (destination, urgency, party, due, message) WHERE state = 0",
        """
        CREATE TABLE turn (
            destination TEXT NOT NULL, urgency INTEGER NOT NULL, party INTEGER NOT NULL, due INTEGER NOT NULL,
            PRIMARY KEY (destination, urgency, party)) WITHOUT ROWID
        """,
        """
        INSERT INTO turn SELECT destination, urgency, party, min(due) FROM recipient WHERE state = 0
        GROUP BY destination, urgency, party
        """,
        "CREATE INDEX turn_due ON turn (destination, urgency, due)",
        "DROP TABLE destination",
        """
        CREATE TABLE destination (
            name TEXT NOT NULL, urgency INTEGER NOT NULL, due INTEGER NOT NULL,
            PRIMARY KEY (name, urgency)) WITHOUT ROWID
        """,
        "INSERT INTO destination SELECT destination, urgency, min(due) FROM turn GROUP BY destination, urgency",
        "CREATE INDEX destination_due ON destination (urgency, due)",
    ]
}
