internal import Store

/// What somebody looks for in the queue; without anything set, every recipient that isn't settled.
public struct QueueFilter: Sendable, Equatable {
    /// The name of a message, or its number.
    public var message: String?
    /// The whole address, in any case; "" is the null sender.
    public var sender: String?
    /// The whole address, in any case.
    public var recipient: String?
    /// The domain that it goes to, in any case.
    public var destination: String?
    public var state: RecipientState?
    /// Queued then or before.
    public var queuedBefore: QueueTime?
    /// Waits for that time, or one before.
    public var dueBefore: QueueTime?
    /// Words in the last reply, in any case.
    public var words: String?

    public init() {}

    public init(message: String) { self.message = message }

    /// Recipients `r` and their messages `m`, in this order: without it, SQLite may go through all messages first.
    static let tables = "recipient r CROSS JOIN message m ON m.id = r.message"

    /// The condition that a recipient is in one of these states; the sign keeps SQLite from the indexes of one state.
    static func isIn(_ states: [RecipientState]) -> String {
        "+r.state IN (\(states.map { "\($0.rawValue)" }.joined(separator: ", ")))"
    }

    /// The condition on ``tables``, and the values in it.
    var condition: (sql: String, values: [StoreValue]) {
        var terms: [String] = []
        var values: [StoreValue] = []
        func add(_ term: String, _ value: StoreValue) {
            terms.append(term)
            values.append(value)
        }
        if let message {
            add("r.message IN (SELECT id FROM message WHERE name = ?)", .text(message))
            if let number = Int64(message) {
                terms[0] = "r.message IN (SELECT id FROM message WHERE name = ? UNION SELECT ?)"
                values.append(.integer(number))
            }
        }
        if let destination { add("r.destination = lower(?)", .text(destination)) }
        if let recipient { add("lower(r.address) = lower(?)", .text(recipient)) }
        if let sender { add("lower(m.sender) = lower(?)", .text(sender)) }
        if let queuedBefore { add("m.queued <= ?", .integer(queuedBefore.milliseconds)) }
        if let dueBefore { add("r.due <= ?", .integer(dueBefore.milliseconds)) }
        if let words { add("instr(lower(r.reply), lower(?)) > 0", .text(words)) }
        // The sign keeps SQLite from the indexes of one state, which aren't in the order of a listing.
        if let state {
            add("+r.state = ?", .integer(state.rawValue))
        } else {
            terms.append("+r.state < \(RecipientState.delivered.rawValue)")
        }
        return (terms.joined(separator: " AND "), values)
    }
}
