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
    /// Who had proved to be somebody in the end.
    var user: String?
    var isClosed = false
    var sawEarlyTalk = false

    /// A server's that lets clients send on at any time: where reads are cut must not make a difference.
    static let policy: Policy = {
        var policy = Policy(hostname: "mx.example.org")
        policy.forbidsEarlyInput = false
        return policy
    }()

    var lines: [String] {
        var lines = String(decoding: output, as: UTF8.self).components(separatedBy: "\r\n")
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// Plays a client's bytes to a session in reads of the given sizes, the last one again and again.
    ///
    /// At `handshakes` the client has gone over to TLS, if the server wanted that; no read goes beyond such a place.
    init(
        _ input: [UInt8],
        reads: [Int],
        script: Script = Script(),
        policy: Policy = Self.policy,
        limits: Limits = Limits(),
        handshakes: [Int] = []
    ) {
        var session = ServerSession(
            policy: policy,
            limits: limits,
            cryptography: FixedCryptography(),
            openedAt: 1_795_000_000
        )
        var script = script
        var draft: [UInt8] = []
        if script.beginsWithTLS { session.tlsStarted(TLSFacts(exporter: Array(repeating: 1, count: 32))) }
        perform(session.answer(script.answer("connect", at: 0)))
        var start = 0
        var done = 0
        var reads = reads[...]
        while start < input.count, !isClosed {
            let size = reads.count > 1 ? reads.removeFirst() : reads.first ?? input.count
            let bound = handshakes.first { $0 > start } ?? input.count
            start = min(start + max(size, 1), input.count, bound)
            done += respond(&session, Array(input[done..<start]), from: done, &script, &draft)
            guard handshakes.contains(start), session.isStartingTLS else { continue }
            done = start
            session.tlsStarted(TLSFacts(exporter: Array(repeating: 1, count: 32), certificateIdentity: script.identity))
        }
        sawEarlyTalk = session.sawEarlyTalk
        user = session.authenticatedUser
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
            case .reply(_, let consumed), .replies(_, let consumed), .startTLS(_, let consumed):
                perform(action)
                done += consumed
            case .ask(let question, let consumed):
                questions.append(question)
                done += consumed
                settle(session.answer(script.answer(question.hook, at: place + done)), &session, &script, place + done)
            case .commit(let consumed):
                done += consumed
                let answer = script.answer("queue", at: place + done)
                switch answer {
                case .accept: messages.append(draft)
                case .acceptEach(let replies): if !replies.allSatisfy(\.isRefusal) { messages.append(draft) }
                case .refuse, .authenticate: break
                }
                perform(session.answer(answer))
            case .close:
                perform(action)
            }
            if !session.transactionIsOpen { draft = [] }
            if isClosed { return unread.count }
        }
    }

    /// An answer may lead to the next question of an authentication, or to nothing yet.
    private mutating func settle(
        _ action: ServerSession.Action,
        _ session: inout ServerSession,
        _ script: inout Script,
        _ place: Int
    ) {
        switch action {
        case .ask(let question, _):
            questions.append(question)
            settle(session.answer(script.answer(question.hook, at: place)), &session, &script, place)
        case .needInput(let consumed): precondition(consumed == 0)
        case .reply, .replies, .close, .store, .commit, .startTLS: perform(action)
        }
    }

    private mutating func perform(_ action: ServerSession.Action) {
        switch action {
        case .reply(let reply, _), .startTLS(let reply, _): reply.append(to: &output)
        case .replies(let replies, _): for reply in replies { reply.append(to: &output) }
        case .close(let reply):
            reply.append(to: &output)
            isClosed = true
        case .needInput, .ask, .store, .commit: preconditionFailure("no reply: \(action)")
        }
    }
}
