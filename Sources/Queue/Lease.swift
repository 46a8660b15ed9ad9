public import Mail

/// A message that is being tried for some of its recipients, all of one destination.
public struct Lease: Sendable {
    /// One of those whom it is tried for.
    public struct Entry: Sendable {
        public let id: Int64
        /// How often it was tried before.
        public let attempts: Int
        /// Whether the sender was told that it takes long.
        public let isWarned: Bool
        /// When it was tried last.
        public var tried: QueueTime?
        /// What was said then, where somebody has asked for it.
        public internal(set) var reply: String?

        init(id: Int64, attempts: Int, isWarned: Bool = false, tried: QueueTime? = nil) {
            self.id = id
            self.attempts = attempts
            self.isWarned = isWarned
            self.tried = tried
        }
    }

    public let message: Int64
    public let name: String
    public let destination: String
    /// With the recipients of this lease only.
    public let envelope: Envelope
    /// One for each of the envelope's recipients.
    public let entries: [Entry]
    public let arrived: QueueTime
    public let text: QueuedText
    public let notes: String?
    /// From when on it might be tried at all, where it was held back: RFC 4865.
    public internal(set) var released: QueueTime?
    /// When it must be delivered, or its sender be told: RFC 2852.
    public internal(set) var deadline: QueueTime?
    var urgency = 0
    var party = 0

    /// -9 to 9: RFC 6710.
    public var priority: Int { -urgency }

    /// Since when it could have been delivered.
    public var begins: QueueTime { max(arrived, released ?? arrived) }

    var turn: Turn { Turn(destination, urgency: urgency, party: party) }
}
