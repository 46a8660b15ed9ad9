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
    /// An administrator has taken it out, and can still have it back; what is due then is its end.
    case deleted = 5

    /// Whether nothing is tried any more.
    public var isSettled: Bool { self == .delivered || self == .failed }
}
