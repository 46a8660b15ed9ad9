import Hooks
import SMTP

/// One SMTP conversation with two plugins on every hook, as the server has it less its sockets.
struct Conversation: ~Copyable {
    private var session = ServerSession(policy: Self.policy, limits: Self.limits)
    private var output: [UInt8] = []
    private var draft: [UInt8] = []
    private var replies = 0
    /// What the second plugin says of each recipient.
    private let verdict: VerdictCode

    /// Whole conversations lie in one read.
    private static let policy: Policy = {
        var policy = Policy(hostname: "mx.example.com")
        policy.forbidsEarlyInput = false
        return policy
    }()

    private static let limits: Limits = {
        var limits = Limits()
        limits.errors = .max
        limits.commandsWithoutMail = .max
        return limits
    }()

    private static let line = [Place(plugin: 0), Place(plugin: 1)]

    init(verdict: VerdictCode) { self.verdict = verdict }

    /// Plays the client's bytes in reads of 16 KiB.
    ///
    /// - Returns: how many replies there were.
    mutating func play(_ client: String) -> Int {
        let input = Array(client.utf8)
        send(session.answer(ask(.connect, .cont)))
        var done = 0
        var end = 0
        while !session.isClosed, end < input.count {
            end = min(end + 16_384, input.count)
            output.removeAll(keepingCapacity: true)
            while !session.isClosed {
                let action = session.next(input.span.extracting(done..<end))
                if case .store(let range, _) = action {
                    draft.append(contentsOf: input[done + range.lowerBound..<done + range.upperBound])
                }
                done += perform(action)
                if case .needInput = action { break }
            }
        }
        return replies
    }

    /// How many bytes are done with.
    private mutating func perform(_ action: ServerSession.Action) -> Int {
        switch action {
        case .needInput(let consumed), .store(_, let consumed): return consumed
        case .reply(_, let consumed), .replies(_, let consumed), .startTLS(_, let consumed):
            send(action)
            return consumed
        case .ask(let question, let consumed):
            if case .recipient = question {
                send(session.answer(ask(.rcpt, verdict)))
            } else {
                send(session.answer(ask(.mail, .cont)))
            }
            return consumed
        case .commit(let consumed):
            precondition(draft.count > 4000, "the text is there")
            draft.removeAll(keepingCapacity: true)
            send(session.answer(ask(.queue, .ok)))
            return consumed
        case .close:
            send(action)
            return 0
        }
    }

    private mutating func send(_ action: ServerSession.Action) {
        switch action {
        case .reply(let reply, _), .close(let reply):
            reply.append(to: &output)
            replies += 1
        case .needInput, .ask, .store, .commit, .replies, .startTLS: preconditionFailure("an answer is a reply")
        }
    }

    /// One run through the plugins: the first has no opinion, the second says the verdict.
    private func ask(_ hook: Hook, _ verdict: VerdictCode) -> ServerSession.Answer {
        var chain = Chain(hook, line: Self.line)
        var action = chain.start()
        while true {
            switch action {
            case .call(.line(let place)): action = chain.answered(Verdict(place == 0 ? .cont : verdict))
            case .call(.deny), .cancel: preconditionFailure("nobody judges or cancels")
            case .settled(let outcome): return answer(hook, outcome)
            }
        }
    }

    private func answer(_ hook: Hook, _ outcome: Outcome) -> ServerSession.Answer {
        guard case .refuse(let words, _) = hook.effect(of: outcome.code) else { return .accept(nil) }
        return .refuse(Reply(words.code, EnhancedCode(words.enhanced), words.text), then: .stay)
    }
}
