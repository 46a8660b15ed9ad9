import CFuzzer
import SMTP

/// A message that was accepted, and the way it came.
struct Message: Equatable {
    var text: [UInt8] = []
    /// BODY=BINARYMIME: it has no lines.
    var isBinary = false
    var cameInChunks = false

    /// Whether every line ends in CRLF, and no CR, LF or NUL stands elsewhere.
    ///
    /// What came by BDAT is kept as it is, so that its last line may be unfinished.
    var isWellFormed: Bool {
        if isBinary { return true }
        for (index, byte) in text.enumerated() {
            switch byte {
            case 0: return false
            case 0x0A: guard index > 0, text[index - 1] == 0x0D else { return false }
            case 0x0D: guard index + 1 < text.count, text[index + 1] == 0x0A else { return false }
            default: break
            }
        }
        return cameInChunks || text.isEmpty || text.last == 0x0A
    }
}

/// What can be seen of a conversation from outside.
struct Outcome: Equatable {
    var output: [UInt8] = []
    var messages: [Message] = []
    var isClosed = false
}

/// Cryptography that a fuzzer can guess.
struct NoCryptography: SASLCryptography {
    func random(_ count: Int) -> [UInt8] { Array(repeating: 0x2A, count: count) }
    func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(repeating: 0, count: 32) }
    func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] { Array(repeating: 0, count: 32) }
    func hmacMD5(key: [UInt8], _ message: [UInt8]) -> [UInt8] { Array(repeating: 0, count: 16) }
    func pbkdf2SHA256(password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] { Array(repeating: 0, count: 32) }
    var decoySecret: [UInt8] { Array(repeating: 0, count: 32) }
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
    // Where reads are cut must not make a difference.
    policy.forbidsEarlyInput = false
    policy.isLMTP = input[0] & 128 != 0
    policy.authNeedsTLS = false
    if input[0] & 32 != 0 {
        policy.switchedOff.subtract(.all)
        policy.longestHold = 86_400
        policy.startTLS = .offered
    }
    if input[0] & 64 != 0 { policy.mechanisms = SASLMechanism.allCases }
    var session = ServerSession(
        policy: policy,
        limits: limits,
        cryptography: NoCryptography(),
        openedAt: 1_795_000_000
    )
    var outcome = Outcome()
    var draft = Message()
    var asked = 0

    func answer(to user: SASLExchange.Question) -> ServerSession.Answer {
        let byte = input[1 + asked / 4 % 4]
        asked += 1
        switch byte & 7 {
        case 0: return .authenticate(.unavailable)
        case 1: return .authenticate(.no)
        case 2: return .authenticate(.password(Array(user.user.utf8)))
        case 3: return .refuse(Reply(454, "later"), then: .stay)
        default: return .authenticate(.yes)
        }
    }

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
        case .reply(let reply, _), .startTLS(let reply, _): reply.append(to: &outcome.output)
        case .replies(let replies, _): for reply in replies { reply.append(to: &outcome.output) }
        case .close(let reply):
            reply.append(to: &outcome.output)
            outcome.isClosed = true
            precondition(session.isClosed, "a close closes")
        case .needInput(let consumed): precondition(consumed == 0, "an answer consumes nothing")
        case .ask(.authenticate(let question), let consumed):
            precondition(consumed == 0, "an answer consumes nothing")
            perform(session.answer(answer(to: question)))
        case .ask, .store, .commit: preconditionFailure("an answer leads to a reply")
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
                precondition(unread.count - consumed <= limits.authLine, "little stays unread")
                break reading
            case .reply(_, let consumed), .replies(_, let consumed):
                // The reply to a chunk may come behind all of its bytes.
                precondition(consumed >= 0 && consumed <= unread.count, "a reply is to something")
                perform(action)
                done += consumed
            case .startTLS(_, let consumed):
                precondition(consumed > 0 && consumed <= unread.count, "a reply is to something")
                perform(action)
                done += consumed
                // What follows is the client's, as if it came inside TLS.
                session.tlsStarted(TLSFacts(exporter: [1], certificateIdentity: "carol"))
            case .ask(.authenticate(let question), let consumed):
                precondition(consumed > 0 && consumed <= unread.count, "a question is about something")
                done += consumed
                perform(session.answer(answer(to: question)))
            case .ask(let question, let consumed):
                precondition(consumed > 0 && consumed <= unread.count, "a question is about something")
                precondition(session.questionIsOpen, "a question is open until it is answered")
                done += consumed
                let reaction = session.answer(answer())
                if case .mail(let command) = question { draft = Message(isBinary: command.isBinary) }
                // DATA has its 354; a first chunk goes on in silence.
                if question == .data, case .needInput = reaction { draft.cameInChunks = true }
                perform(reaction)
            case .store(let range, let consumed):
                precondition(
                    !range.isEmpty && range.upperBound <= consumed && consumed <= unread.count,
                    "text is there"
                )
                draft.text += text[(done + range.lowerBound)..<(done + range.upperBound)]
                precondition(UInt64(draft.text.count) <= limits.messageBytes, "a message keeps to its bound")
                done += consumed
            case .commit(let consumed):
                precondition(consumed <= unread.count, "the end is a dot and CRLF, or of a chunk")
                done += consumed
                let answer = answer()
                if case .accept = answer { outcome.messages.append(draft) }
                perform(session.answer(answer))
            case .close: perform(action)
            }
            if !session.transactionIsOpen { draft = Message() }
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

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard count > 6 else { return 0 }
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    let whole = converse(input, readsOf: count)
    precondition(isWellFramed(whole.output), "a reply is broken")
    precondition(whole.messages.allSatisfy(\.isWellFormed), "a message is broken")
    // Longer conversations take too long that way.
    if count <= 768 {
        precondition(converse(input, readsOf: 1) == whole, "reading byte by byte makes a difference")
    }
    precondition(converse(input, readsOf: Int(input[5] % 32) + 2) == whole, "the size of reads makes a difference")
    return 0
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
unsafe _ = LLVMFuzzerRunDriver(&count, &arguments, testOneInput)
