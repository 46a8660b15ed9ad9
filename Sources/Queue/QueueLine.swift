/// A line of a listing: one recipient, and the message that it is to get.
public struct QueueLine: Sendable, Equatable {
    public let recipient: QueuedRecipient
    public let message: QueuedMessage
}
