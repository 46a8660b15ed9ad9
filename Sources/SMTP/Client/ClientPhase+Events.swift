extension ClientPhase {
    /// A message was given: it is begun, or waits until the host is ready.
    mutating func deliver(_ terms: inout ClientTerms) -> ClientSession.Action {
        guard isReady else {
            let stage = stage(terms)
            return .needInput(consumed: 0, terms.wait(stage))
        }
        return proceed(&terms)
    }

    mutating func peerClosed(_ terms: inout ClientTerms) -> ClientSession.Action {
        let stage = stage(terms)
        switch consume self {
        case .asking(let question):
            self = .asking(question)
            if stage == .quit { return perform(.close(nil), &terms) }
        case .due(let task):
            self = .due(task)
            switch task {
            case .quit: return perform(.close(nil), &terms)
            case .leave(let setback): return perform(.close(setback), &terms)
            case .close: return perform(task, &terms)
            case .proceed, .reset, .chunkCommand, .chunkBytes: break
            }
        case .closed:
            self = .closed
            return .needInput(consumed: 0, nil)
        case .startingTLS:
            self = .startingTLS
            return fail(.tlsFailed, &terms)
        case .ready: self = .ready
        case .transacting: self = .transacting
        case .sending: self = .sending
        case .finishing: self = .finishing
        }
        return fail(.lost(at: stage), &terms)
    }

    mutating func deadlinePassed(_ terms: inout ClientTerms) -> ClientSession.Action {
        let stage = stage(terms)
        switch consume self {
        case .asking(let question):
            self = .asking(question)
            if stage == .quit { return perform(.close(nil), &terms) }
        case .due(let task):
            self = .due(task)
            return perform(task, &terms)
        case .closed:
            self = .closed
            return .needInput(consumed: 0, nil)
        case .ready:
            self = .ready
            return ask(.quit, "QUIT")
        case .startingTLS: self = .startingTLS
        case .transacting: self = .transacting
        case .sending: self = .sending
        case .finishing: self = .finishing
        }
        return fail(.timedOut(at: stage), &terms)
    }

    mutating func quit(_ terms: inout ClientTerms) -> ClientSession.Action {
        switch consume self {
        case .ready:
            self = .ready
            return ask(.quit, "QUIT")
        case .asking(let question):
            self = .asking(question)
            if question.stage == .quit { return .needInput(consumed: 0, terms.wait(.quit)) }
        case .due(let task):
            self = .due(task)
            switch task {
            case .quit, .leave, .close: return perform(task, &terms)
            case .proceed, .reset: return ask(.quit, "QUIT")
            case .chunkCommand, .chunkBytes: preconditionFailure("a message is being delivered")
            }
        case .closed:
            self = .closed
            return .needInput(consumed: 0, nil)
        case .startingTLS: self = .startingTLS
        case .transacting: preconditionFailure("a message is being delivered")
        case .sending: preconditionFailure("a message is being sent")
        case .finishing: preconditionFailure("the end of a message is not answered yet")
        }
        return perform(.close(nil), &terms)
    }
}
