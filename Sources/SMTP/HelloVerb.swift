/// Which of the two greetings a client used.
public enum HelloVerb: Sendable, Equatable {
    /// RFC 821: no extensions.
    case helo
    /// RFC 5321
    case ehlo
}
