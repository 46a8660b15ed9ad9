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

        init(id: Int64, attempts: Int, isWarned: Bool = false) {
            self.id = id
            self.attempts = attempts
            self.isWarned = isWarned
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
}
