import Foundation
import SMTP

/// What became of a conversation.
struct Performance: Equatable {
    /// The bytes that the server sent.
    var output: [UInt8] = []
    /// What was asked, in order.
    var questions: [ServerSession.Question] = []
    /// The messages that were accepted.
    var messages: [[UInt8]] = []
    var isClosed = false
    var sawEarlyTalk = false

    var lines: [String] {
        var lines = String(decoding: output, as: UTF8.self).components(separatedBy: "\r\n")
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// Plays a client's bytes to a session in reads of the given sizes, the last one again and again.
    init(
        _ input: [UInt8],
        reads: [Int],
        script: Script = Script(),
        policy: Policy = Policy(hostname: "mx.example.org"),
        limits: Limits = Limits()
    ) {
        var session = ServerSession(policy: policy, limits: limits)
        var script = script
        var draft: [UInt8] = []
        perform(session.answer(script.answer("connect", at: 0)))
        var start = 0
        var done = 0
        var reads = reads[...]
        while start < input.count, !isClosed {
            let size = reads.count > 1 ? reads.removeFirst() : reads.first ?? input.count
            start = min(start + max(size, 1), input.count)
            done += respond(&session, Array(input[done..<start]), from: done, &script, &draft)
        }
        sawEarlyTalk = session.sawEarlyTalk
    }

    /// Performs actions until more input is needed; returns how much was consumed.
    private mutating func respond(
        _ session: inout ServerSession,
        _ unread: [UInt8],
        from place: Int,
        _ script: inout Script,
        _ draft: inout [UInt8]
    ) -> Int {
        var done = 0
        while true {
            let span = unread.span.extracting(done...)
            let action = session.next(span)
            switch action {
            case .needInput(let consumed):
                return done + consumed
            case .store(let range, let consumed):
                precondition(range.upperBound <= consumed && consumed <= span.count && !range.isEmpty)
                for index in range { draft.append(span[index]) }
                done += consumed
            case .reply(_, let consumed):
                perform(action)
                done += consumed
            case .ask(let question, let consumed):
                questions.append(question)
                done += consumed
                perform(session.answer(script.answer(question.hook, at: place + done)))
            case .commit(let consumed):
                done += consumed
                let answer = script.answer("queue", at: place + done)
                if case .accept = answer { messages.append(draft) }
                perform(session.answer(answer))
            case .close:
                perform(action)
            }
            if !session.transactionIsOpen { draft = [] }
            if isClosed { return unread.count }
        }
    }

    private mutating func perform(_ action: ServerSession.Action) {
        switch action {
        case .reply(let reply, _): reply.append(to: &output)
        case .close(let reply):
            reply.append(to: &output)
            isClosed = true
        case .needInput, .ask, .store, .commit: preconditionFailure("no reply: \(action)")
        }
    }
}
