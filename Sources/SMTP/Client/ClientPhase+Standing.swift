extension ClientPhase {
    // One case a line: the compiler cannot yet match several patterns of a noncopyable value at once.

    /// How far the conversation has come.
    func stage(_ terms: ClientTerms) -> ClientStage {
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

    var isReady: Bool {
        switch self {
        case .asking: false
        case .startingTLS: false
        case .due: false
        case .ready: true
        case .transacting: false
        case .sending: false
        case .finishing: false
        case .closed: false
        }
    }

    var isSending: Bool {
        switch self {
        case .asking: false
        case .startingTLS: false
        case .due: false
        case .ready: false
        case .transacting: false
        case .sending: true
        case .finishing: false
        case .closed: false
        }
    }

    var isClosed: Bool {
        switch self {
        case .asking: false
        case .startingTLS: false
        case .due: false
        case .ready: false
        case .transacting: false
        case .sending: false
        case .finishing: false
        case .closed: true
        }
    }

    var isAuthenticating: Bool {
        switch self {
        case .asking(let question): question.stage == .authentication
        case .startingTLS: false
        case .due: false
        case .ready: false
        case .transacting: false
        case .sending: false
        case .finishing: false
        case .closed: false
        }
    }
}
