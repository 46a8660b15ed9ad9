/// Which of the greetings a client used.
public enum HelloVerb: Sendable, Equatable {
    /// RFC 821: no extensions.
    case helo
    /// RFC 5321
    case ehlo
    /// RFC 2033, the only one where LMTP is spoken.
    case lhlo

    /// Whether extensions may be used behind it.
    public var isExtended: Bool { self != .helo }
}
