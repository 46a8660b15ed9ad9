/// What a session counts to know when a client has asked for too much.
struct Tally: Equatable {
    /// Refusals since the last accepted message.
    private var errors = 0
    /// Commands that nobody knew.
    private var unknown = 0
    /// Commands that sent no mail, since the last accepted message.
    private var idle = 0
    /// Failed authentications.
    private(set) var authFailures = 0
    /// Accepted MAIL commands.
    var transactions = 0
    /// Why no command is heard any more; nil while they are.
    private(set) var excess: Excess?

    /// What there can be too much of.
    enum Excess {
        case errors, unknown, idle, authFailures, transactions, tinyChunks
    }

    mutating func refused(_ limits: Limits) {
        errors += 1
        if errors >= limits.errors { excess = .errors }
    }

    mutating func unknownCommand(_ limits: Limits) {
        unknown += 1
        if unknown >= limits.unknownCommands { excess = .unknown }
    }

    mutating func idled(_ limits: Limits) {
        idle += 1
        if idle >= limits.commandsWithoutMail { excess = .idle }
    }

    mutating func authFailed(_ limits: Limits) {
        authFailures += 1
        if authFailures >= limits.authFailures { excess = .authFailures }
    }

    mutating func messageAccepted() {
        errors = 0
        idle = 0
        if excess == .errors || excess == .idle { excess = nil }
    }
}

extension Tally.Excess {
    /// What the client is told.
    var text: String {
        switch self {
        case .errors: "too many errors"
        case .unknown: "too many unknown commands"
        case .idle: "too many commands without mail"
        case .authFailures: "too many failed authentications"
        case .transactions: "that was the last message of this connection"
        case .tinyChunks: "too many tiny chunks"
        }
    }
}
