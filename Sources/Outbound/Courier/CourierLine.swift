/// A line of what was said on a connection, for the log and for who asks why a message isn't delivered.
///
/// Passwords and what proves them are withheld, and control characters are replaced.
public enum CourierLine: Sendable, Equatable {
    case said(String)
    case heard(String)
    /// What happened beside the conversation.
    case noted(String)
}
