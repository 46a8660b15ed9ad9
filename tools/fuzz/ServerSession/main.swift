import CFuzzer
import SMTP

/// What can be seen of a conversation from outside.
struct Outcome: Equatable {
    var output: [UInt8] = []
    var messages: [[UInt8]] = []
    var isClosed = false
}

/// Plays a conversation: a few bytes choose limits and answers, the rest is what the client says.
func converse(_ input: [UInt8], readsOf size: Int) -> Outcome {
    var limits = Limits()
    var policy = Policy(hostname: "mx.example.org")
    if input[0] & 1 != 0 { limits.messageBytes = 64 }
    if input[0] & 2 != 0 { limits.textLine = 32 }
    if input[0] & 4 != 0 { policy.strictAddresses = false }
    if input[0] & 8 != 0 { policy.switchedOff = [.enhancedStatusCodes, .smtputf8] }
    if input[0] & 16 != 0 { limits.recipients = 2 }
    var session = ServerSession(policy: policy, limits: limits)
    var outcome = Outcome()
    var draft: [UInt8] = []
    var asked = 0

    func answer() -> ServerSession.Answer {
        // Two bits of a byte for each question, in turn.
        let byte = input[1 + asked / 4 % 4]
        let choice = byte >> UInt8(asked % 4 * 2) & 3
        asked += 1
        switch choice {
        case 1 where byte & 0xC0 == 0xC0: return .refuse(Reply(450, "a\nb\r\nc\u{1}"), then: .stay)
        case 2 where byte & 0xC0 == 0xC0: return .refuse(Reply(554, EnhancedCode(5, 7, 1), "no"), then: .loop)
        case 3 where byte & 0x30 == 0x30: return .refuse(Reply(550, EnhancedCode(4, 7, 1), "no"), then: .close)
        default: return .accept(nil, adding: choice == 1 ? ["X-ONE\r\n", "X-TWO"] : [])
        }
    }

    func perform(_ action: ServerSession.Action) {
        switch action {
        case .reply(let reply, _): reply.append(to: &outcome.output)
        case .close(let reply):
            reply.append(to: &outcome.output)
            outcome.isClosed = true
            precondition(session.isClosed, "a close closes")
        case .needInput, .ask, .store, .commit: preconditionFailure("an answer leads to a reply")
        }
    }

    perform(session.answer(answer()))
    let text = Array(input[5...])
    var done = 0
    var end = 0
    while end < text.count, !outcome.isClosed {
        end = min(end + size, text.count)
        reading: while !outcome.isClosed {
            let unread = text.span.extracting(done..<end)
            let action = session.next(unread)
            switch action {
            case .needInput(let consumed):
                precondition(consumed <= unread.count, "only what was shown is consumed")
                done += consumed
                precondition(unread.count - consumed <= limits.parameterLine, "little stays unread")
                break reading
            case .reply(_, let consumed):
                precondition(consumed > 0 && consumed <= unread.count, "a reply is to something")
                perform(action)
                done += consumed
            case .ask(_, let consumed):
                precondition(consumed > 0 && consumed <= unread.count, "a question is about something")
                precondition(session.questionIsOpen, "a question is open until it is answered")
                done += consumed
                perform(session.answer(answer()))
            case .store(let range, let consumed):
                precondition(!range.isEmpty && range.upperBound <= consumed && consumed <= unread.count, "text is there")
                for index in range { draft.append(unread[index]) }
                precondition(UInt64(draft.count) <= limits.messageBytes, "a message keeps to its bound")
                done += consumed
            case .commit(let consumed):
                precondition(consumed == 3, "the end is a dot and CRLF")
                done += consumed
                let answer = answer()
                if case .accept = answer { outcome.messages.append(draft) }
                perform(session.answer(answer))
            case .close: perform(action)
            }
            if !session.transactionIsOpen { draft = [] }
        }
    }
    return outcome
}

/// Whether a server's bytes are whole replies of at most 512 bytes a line.
func isWellFramed(_ output: [UInt8]) -> Bool {
    var line = 0
    for (index, byte) in output.enumerated() {
        if byte == 0x0A {
            guard index > 0, output[index - 1] == 0x0D, line <= 511, line >= 5 else { return false }
            line = 0
            continue
        }
        if line < 3, !(0x30...0x39).contains(byte) { return false }
        if line == 3, byte != 0x20, byte != 0x2D { return false }
        if byte < 0x20, byte != 0x0D, byte != 0x09 { return false }
        if byte == 0x0D, index + 1 >= output.count || output[index + 1] != 0x0A { return false }
        line += 1
    }
    return line == 0
}

/// Whether every line of a message ends in CRLF, and no CR, LF or NUL stands elsewhere.
func isWellFormed(_ message: [UInt8]) -> Bool {
    for (index, byte) in message.enumerated() {
        switch byte {
        case 0: return false
        case 0x0A: guard index > 0, message[index - 1] == 0x0D else { return false }
        case 0x0D: guard index + 1 < message.count, message[index + 1] == 0x0A else { return false }
        default: break
        }
    }
    return message.isEmpty || message.last == 0x0A
}

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard count > 6 else { return 0 }
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    let whole = converse(input, readsOf: count)
    precondition(isWellFramed(whole.output), "a reply is broken")
    precondition(whole.messages.allSatisfy(isWellFormed), "a message is broken")
    precondition(converse(input, readsOf: 1) == whole, "reading byte by byte makes a difference")
    precondition(converse(input, readsOf: Int(input[5] % 32) + 2) == whole, "the size of reads makes a difference")
    return 0
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
unsafe _ = LLVMFuzzerRunDriver(&count, &arguments, testOneInput)
