/// How long a host may take for each step: RFC 5321 §4.5.3.2.
public struct ClientTimeouts: Sendable, Equatable {
    /// RFC 5321 §4.5.3.2.1.
    public var greeting = Duration.seconds(300)
    /// EHLO, STARTTLS, AUTH and RSET, of which the RFC says nothing.
    public var command = Duration.seconds(300)
    /// RFC 5321 §4.5.3.2.2.
    public var mail = Duration.seconds(300)
    /// RFC 5321 §4.5.3.2.3.
    public var recipient = Duration.seconds(300)
    /// RFC 5321 §4.5.3.2.4.
    public var data = Duration.seconds(120)
    /// RFC 5321 §4.5.3.2.5: for each piece of the message to leave, which the driver measures.
    public var text = Duration.seconds(180)
    /// RFC 5321 §4.5.3.2.6: whoever gives up earlier sends messages twice.
    public var endOfText = Duration.seconds(600)
    /// The message is settled by then; nobody waits long for a good-bye.
    public var quit = Duration.seconds(5)

    public init() {}

    subscript(stage: ClientStage) -> Duration? {
        switch stage {
        case .greeting: greeting
        case .hello, .startTLS, .authentication, .reset: command
        case .handshake, .idle: nil
        case .mail: mail
        case .recipient: recipient
        case .data: data
        case .text: text
        case .endOfText: endOfText
        case .quit: quit
        }
    }
}
