/// What a plugin may do with an entry of the queue.
public enum QueueAction: Int32, Sendable, CaseIterable {
    case retry = 1
    case hold = 2
    case release = 3
    case delete = 4
    case bounce = 5
}
