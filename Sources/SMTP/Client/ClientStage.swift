/// How far a conversation with a host had come when something happened.
public enum ClientStage: String, Sendable {
    case greeting
    case hello
    case startTLS = "STARTTLS"
    case handshake = "TLS handshake"
    case authentication = "AUTH"
    /// Between two messages.
    case idle = "pause"
    case mail = "MAIL"
    case recipient = "RCPT"
    case data = "DATA"
    /// The message is on its way.
    case text = "message"
    /// The message was sent whole, and nobody knows yet whether it was taken over.
    case endOfText = "end of the message"
    case reset = "RSET"
    case quit = "QUIT"
}
