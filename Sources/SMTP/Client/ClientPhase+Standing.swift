extension ClientPhase {
    // One case a line: the compiler cannot yet match several patterns of a noncopyable value at once.

    /// How far the conversation has come.
    func stage(_ terms: borrowing ClientTerms) -> ClientStage {
        switch self {
        case .asking(let question): question.stage
        case .startingTLS: .handshake
        case .due(let task):
            switch task {
            case .proceed: .idle
            case .reset: .reset
            case .chunkCommand: .text
            case .chunkBytes: .text
            case .quit: .quit
            case .leave: .quit
            case .close: .quit
            }
        case .ready: .idle
        case .transacting:
            switch terms.transaction?.awaited {
            case .mail: .mail
            case .recipient: .recipient
            case .data: .data
            case .chunk: .text
            case .void: .endOfText
            case .end: .endOfText
            case nil: .idle
            }
        case .sending: .text
        case .finishing: .endOfText
        case .closed: .quit
        }
    }

    /// Whether a message can be given.
    var takesMessage: Bool {
        switch self {
        case .asking(let question): question.stage != .quit
        case .startingTLS: true
        case .due(let task):
            switch task {
            case .proceed: true
            case .reset: true
            case .chunkCommand: false
            case .chunkBytes: false
            case .quit: false
            case .leave: false
            case .close: false
            }
        case .ready: true
        case .transacting: false
        case .sending: false
        case .finishing: false
        case .closed: false
        }
    }

    var isReady: Bool { if case .ready = self { true } else { false } }
    var isSending: Bool { if case .sending = self { true } else { false } }
    var isClosed: Bool { if case .closed = self { true } else { false } }

    var isAuthenticating: Bool {
        switch self {
        case .asking(let question): question.stage == .authentication
        default: false
        }
    }
}
