/// What became of a write.
public enum NetAcceptance: Sendable, Equatable {
    case taken
    /// More than 1 MiB would wait; ``NetEvents/writable()`` follows.
    case full
    /// More than 1 MiB in one piece.
    case tooLong
    /// The connection has ended, or was closed before.
    case over
}
