/// A message of the queue with all its recipients, those that are settled too.
public struct QueueEntry: Sendable, Equatable {
    public let message: QueuedMessage
    public let recipients: [QueuedRecipient]
}
