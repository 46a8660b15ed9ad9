/// What a session counts to know when a client has asked for too much.
struct Tally: Equatable {
    /// Refusals since the last accepted message.
    var errors = 0
    /// Commands that nobody knew.
    var unknown = 0
    /// Commands that sent no mail, since the last accepted message.
    var idle = 0
    /// Accepted MAIL commands.
    var transactions = 0
    /// Failed authentications.
    var authFailures = 0

    mutating func messageAccepted() {
        errors = 0
        idle = 0
    }

    /// Why the next command isn't heard any more; nil while it is.
    func excess(_ limits: Limits) -> String? {
        if errors >= limits.errors { return "too many errors" }
        if idle >= limits.commandsWithoutMail { return "too many commands without mail" }
        if unknown >= limits.unknownCommands { return "too many unknown commands" }
        if authFailures >= limits.authFailures { return "too many failed authentications" }
        return nil
    }
}
