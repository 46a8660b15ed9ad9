/// The queue in numbers.
public struct QueueStatistics: Sendable, Equatable {
    /// One of the destinations with the most recipients.
    public struct Destination: Sendable, Equatable {
        public let name: String
        /// Recipients that aren't settled, those that are held among them.
        public let recipients: Int
        public let held: Int
        /// When the first of them is due; nil when none waits.
        public let due: QueueTime?
    }

    public let messages: Int
    /// Of all texts.
    public let bytes: Int
    /// When the oldest message was queued.
    public let oldest: QueueTime?
    /// How many recipients are in each state; none where it is missing.
    public let recipients: [RecipientState: Int]
    /// The most first.
    public let destinations: [Destination]

    /// Of a queue without messages.
    public static let empty = QueueStatistics(messages: 0, bytes: 0, oldest: nil, recipients: [:], destinations: [])
}
