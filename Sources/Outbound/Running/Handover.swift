/// What it means that a host has taken a message, for who wants to hear of its delivery: RFC 3461 §5.2.
public enum Handover: Sendable, Equatable {
    /// It lies in the mailbox: the host speaks LMTP and reports nothing itself.
    case final
    /// The host knows DSN, and reports in our place.
    case reporting
    /// The host doesn't know DSN: nobody will hear more.
    case silent
}
