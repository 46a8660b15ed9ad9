extension Phase {
    // One case a line: the compiler cannot yet match several patterns of a noncopyable value at once.

    var transaction: Transaction? {
        switch self {
        case .listening(let standing): standing.transaction
        case .asking(_, let standing): standing.transaction
        case .receiving(let standing): standing.transaction
        case .receivingChunk(let standing, _): standing.transaction
        case .discarding(let standing, _, _): standing.transaction
        case .authenticating: nil
        case .startingTLS: nil
        case .rejecting: nil
        case .closed: nil
        }
    }

    var isAsking: Bool {
        switch self {
        case .listening: false
        case .asking: true
        case .receiving: false
        case .receivingChunk: false
        case .discarding: false
        case .authenticating: false
        case .startingTLS: false
        case .rejecting: false
        case .closed: false
        }
    }

    var isUngreeted: Bool {
        switch self {
        case .listening: false
        case .asking(let pending, _): if case .connect = pending { true } else { false }
        case .receiving: false
        case .receivingChunk: false
        case .discarding: false
        case .authenticating: false
        case .startingTLS: false
        case .rejecting: false
        case .closed: false
        }
    }

    var isReceiving: Bool {
        switch self {
        case .listening: false
        case .asking: false
        case .receiving: true
        case .receivingChunk: true
        case .discarding: true
        case .authenticating: false
        case .startingTLS: false
        case .rejecting: false
        case .closed: false
        }
    }

    var isStartingTLS: Bool {
        switch self {
        case .listening: false
        case .asking: false
        case .receiving: false
        case .receivingChunk: false
        case .discarding: false
        case .authenticating: false
        case .startingTLS: true
        case .rejecting: false
        case .closed: false
        }
    }

    var isClosed: Bool {
        switch self {
        case .listening: false
        case .asking: false
        case .receiving: false
        case .receivingChunk: false
        case .discarding: false
        case .authenticating: false
        case .startingTLS: false
        case .rejecting: false
        case .closed: true
        }
    }

    /// Whether the server may go now without taking anything from the client.
    var isInterruptible: Bool {
        switch self {
        case .listening(let standing): standing.transaction == nil
        case .asking: false
        case .receiving: false
        case .receivingChunk: false
        case .discarding: false
        case .authenticating: true
        case .startingTLS: false
        case .rejecting: true
        case .closed: false
        }
    }
}
