/// Where a recipient of a queued message stands; the numbers are those of the database.
public enum RecipientState: Int, Sendable, CaseIterable {
    /// It is tried when it is due.
    case waiting = 0
    /// It is being tried.
    case leased = 1
    /// It waits until somebody releases it.
    case held = 2
    /// The next host has taken the message over.
    case delivered = 3
    /// It is given up.
    case failed = 4

    /// Whether nothing is tried any more.
    public var isSettled: Bool { self == .delivered || self == .failed }
}
