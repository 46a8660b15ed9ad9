import CFuzzer
import Mail
import SMTP

/// What can be seen of a conversation from outside.
struct Result: Equatable {
    var output: [UInt8] = []
    /// For each message what became of its recipients, in their order.
    var outcomes: [[ClientSession.Outcome]] = []
    var end: ClientSession.Setback?
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

let text = Array(".a\r\n\r\n.\r\nlast".utf8)

/// What a choice wants: two messages with recipients of three domains.
func envelopes(_ choice: UInt8) -> [Envelope] {
    guard let sender = try? Address(parsing: choice & 1 != 0 ? "j\u{fc}rgen@c.example" : "a@c.example") else {
        return []
    }
    var envelope = Envelope(sender: sender)
    var wishes = RecipientOptions()
    wishes.notice = [.failure]
    wishes.originalRecipient = .init(type: "utf-8", address: "\u{fc}+=@x")
    for name in ["b@x.example", "c@x.example", "k\u{e4}@y.example", "\"a b\"@z.example"] {
        guard let address = try? Address(parsing: name) else { continue }
        envelope.recipients.append(Recipient(address, options: choice & 2 != 0 ? wishes : nil))
    }
    envelope.is8Bit = choice & 4 != 0
    envelope.isBinary = choice & 8 != 0
    envelope.isUTF8 = choice & 16 != 0
    if choice & 32 != 0 {
        var options = MailOptions()
        options.returnedContent = .full
        options.envelopeID = "id+ ="
        options.submitter = sender
        options.deadline = .init(seconds: 60, mode: .giveBack, traces: true)
        options.priority = 9
        options.requiresTLS = choice & 64 != 0
        envelope.options = options
    }
    return choice & 128 != 0 ? [envelope] : [envelope, envelope]
}

func policy(_ first: UInt8, _ second: UInt8) -> ClientPolicy {
    var policy = ClientPolicy(name: "client.example")
    policy.isLMTP = first & 1 != 0
    policy.isSubmission = first & 2 != 0
    policy.tls = [.off, .opportunistic, .required, .opportunistic][Int(first >> 2 & 3)]
    policy.authInClear = first & 16 != 0
    policy.pipelines = first & 32 == 0
    policy.prefersChunking = first & 64 != 0
    switch second & 7 {
    case 1: policy.credentials = ClientCredentials(user: "al,ice=", secret: .password("pencil"))
    case 2:
        policy.credentials = ClientCredentials(
            user: "alice",
            secret: .password("pencil"),
            mechanisms: [.plain, .login]
        )
    case 3: policy.credentials = ClientCredentials(user: "alice", secret: .token(String(repeating: "t", count: 400)))
    case 4: policy.credentials = ClientCredentials(user: "alice", secret: .certificate)
    case 5: policy.credentials = ClientCredentials(user: "alice", secret: .password("p"), mechanisms: [.cramMD5])
    default: break
    }
    return policy
}

/// Plays a conversation: a few bytes choose what is wanted and how it ends, the rest is what the host says.
func converse(_ input: [UInt8], readsOf size: Int) -> Result {
    var limits = ClientLimits()
    if input[0] & 128 != 0 { limits.recipients = 2 }
    if input[1] & 8 != 0 { limits.chunkBytes = 4 }
    if input[1] & 16 != 0 { limits.replyLine = 64 }
    if input[1] & 32 != 0 { limits.replyText = 16 }
    let writesLate = input[1] & 64 != 0
    var session = ClientSession(policy: policy(input[0], input[1]), limits: limits, cryptography: NoCryptography())
    var waiting = envelopes(input[2])
    var result = Result()
    /// How many recipients of the message under way are settled.
    var settled = 0
    var isStartingTLS = false
    var isWriting = false

    func give() -> ClientSession.Action {
        result.outcomes.append([])
        settled = 0
        return session.deliver(waiting.removeFirst(), messageBytes: UInt64(text.count))
    }

    func perform(_ action: ClientSession.Action) {
        precondition(!result.isClosed || action == .needInput(consumed: action.consumed, nil), "an end is the end")
        switch action {
        case .needInput(_, let wait): precondition(wait?.limit != .zero, "a wait has a length")
        case .write(let bytes, _):
            precondition(isWellFormed(bytes), "a command is broken")
            result.output += bytes
        case .startTLS: isStartingTLS = true
        case .sendMessage(let form, _):
            precondition(session.isSendingMessage, "a message is sent now")
            switch form {
            case .dotStuffed:
                precondition(input[2] & 8 == 0, "a binary message goes by BDAT")
                var stuffing = DotStuffing()
                stuffing.append(text.span, to: &result.output)
                stuffing.finish(&result.output)
            case .chunk(let range):
                precondition(range.count <= limits.chunkBytes && range.upperBound <= text.count, "a chunk is there")
                // A line of its own, so that the command behind it begins one.
                result.output += Array("(bytes \(range))\r\n".utf8)
            }
            isWriting = true
            guard !writesLate else { return }
            isWriting = false
            perform(session.messageWritten())
        case .settled(let range, let outcomes, _):
            precondition(range.lowerBound == settled && range.count == outcomes.count, "each is settled once, in order")
            precondition(!range.isEmpty, "somebody is settled")
            settled = range.upperBound
            result.outcomes[result.outcomes.count - 1] += outcomes
            precondition(session.isDelivering == (settled < 4), "a message is open until all are settled")
        case .ready:
            precondition(!session.isDelivering, "one message at a time")
            perform(waiting.isEmpty ? session.quit() : give())
        case .close(let setback, _):
            precondition(!session.isDelivering && session.isClosed, "all is settled before the end")
            result.end = setback
            result.isClosed = true
        }
    }

    func hear(_ unread: [UInt8]) -> Int {
        var done = 0
        while true {
            let span = unread.span.extracting(done...)
            let action = session.next(span)
            precondition(action.consumed >= 0 && action.consumed <= span.count, "only what was shown is consumed")
            done += action.consumed
            perform(action)
            if case .needInput = action {
                precondition(unread.count - done <= 12_288, "little stays unread")
                return done
            }
        }
    }

    if input[1] & 128 != 0 { perform(give()) }
    // A byte as TLS begins with: the place of the handshake, which no read goes beyond.
    let parts = input[4...].split(separator: 0x16, omittingEmptySubsequences: false).map(Array.init)
    var unread: [UInt8] = []
    for (index, part) in parts.enumerated() {
        for start in stride(from: 0, to: max(part.count, 1), by: size) {
            unread += part[start..<min(start + size, part.count)]
            unread.removeFirst(hear(unread))
        }
        guard isStartingTLS, index + 1 < parts.count, !session.isClosed else { continue }
        isStartingTLS = false
        unread = []
        let fails = input[3] & 3 == 0
        perform(
            fails ? session.tlsFailed() : session.tlsStarted(TLSFacts(exporter: [1]), isVerified: input[3] & 4 != 0)
        )
    }
    if !result.isClosed {
        perform(input[3] & 8 != 0 ? session.peerClosed() : session.deadlinePassed())
        _ = hear(unread)
    }
    if !result.isClosed {
        perform(session.peerClosed())
        _ = hear([])
    }
    if isWriting, !session.isSendingMessage { perform(session.messageWritten()) }
    precondition(result.isClosed, "a connection that is gone is closed")
    for outcomes in result.outcomes { precondition(outcomes.count == 4, "each recipient has an outcome") }
    return result
}

/// Whether these are whole lines without control characters, none longer than commands with their parameters may be.
func isWellFormed(_ commands: [UInt8]) -> Bool {
    var line = 0
    for (index, byte) in commands.enumerated() {
        if byte == 0x0A {
            // RFC 5321 §4.5.3.1.4, and what RFC 3461, RFC 4954 and others add to it.
            guard index > 0, commands[index - 1] == 0x0D, line <= 2047 else { return false }
            line = 0
            continue
        }
        guard byte >= 0x20 && byte != 0x7F || byte == 0x0D && commands.count > index + 1 else { return false }
        if byte == 0x0D, commands[index + 1] != 0x0A { return false }
        line += 1
    }
    return line == 0
}

/// Whether recipients and text come behind a MAIL of their own, as in one transaction behind another.
func isInOrder(_ output: [UInt8]) -> Bool {
    var isOpen = false
    var line: [UInt8] = []
    for byte in output {
        line.append(byte)
        guard byte == 0x0A else { continue }
        defer { line = [] }
        if line.starts(with: Array("MAIL FROM:".utf8)) {
            isOpen = true
        } else if line.starts(with: Array("RCPT TO:".utf8)) {
            guard isOpen else { return false }
        } else if line == Array("DATA\r\n".utf8) || line.starts(with: Array("BDAT ".utf8)) {
            guard isOpen || line[0] == UInt8(ascii: "B") else { return false }
            isOpen = false
        } else if line == Array("RSET\r\n".utf8) || line == Array("QUIT\r\n".utf8) {
            isOpen = false
        }
    }
    return true
}

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard count >= 5 else { return 0 }
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    let whole = converse(input, readsOf: count)
    precondition(isInOrder(whole.output), "two transactions are mixed")
    precondition(converse(input, readsOf: 1) == whole, "reading byte by byte makes a difference")
    precondition(converse(input, readsOf: Int(input[3] >> 3) + 2) == whole, "the size of reads makes a difference")
    return 0
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
unsafe _ = LLVMFuzzerRunDriver(&count, &arguments, testOneInput)
