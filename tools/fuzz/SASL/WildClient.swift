@testable import SMTP

/// A client that sends anything, and plugins that answer anything.
///
/// Each line is a response: behind "=" in base64, "*" gives up, others are the bytes themselves. The first is sent
/// along with AUTH if it begins with "i".
struct WildClient {
    private var exchange: SASLExchange
    private var answers: UInt8
    private var asked: SASLExchange.Question?
    private var wasRefused = false
    private var steps = 0

    init(_ mechanism: SASLMechanism, _ channel: SASLChannel, answers: UInt8) {
        exchange = SASLExchange(mechanism, channel: channel, cryptography: ToyCryptography())
        self.answers = answers
    }

    consuming func run(_ lines: [ArraySlice<UInt8>]) {
        var me = self
        var lines = lines[...]
        var initial: [UInt8]?
        if let first = lines.first, first.first == UInt8(ascii: "i") {
            initial = Array(first.dropFirst())
            lines.removeFirst()
        }
        var step = me.take { $0.begin(initial) }
        while true {
            switch step {
            case .challenge:
                guard let line = lines.popFirst() else { return }
                guard let next = me.respond(line) else { return }
                step = next
            case .ask(let question):
                me.asked = question
                let answer = me.nextAnswer(question)
                me.wasRefused = answer == .no || answer == .unavailable
                step = me.take { $0.answer(answer) }
            case .success, .failure: return
            }
        }
    }

    private mutating func respond(_ line: ArraySlice<UInt8>) -> SASLExchange.Step? {
        let isCoded = line.first == UInt8(ascii: "=")
        if !isCoded, line.elementsEqual([UInt8(ascii: "*")]) { return take { $0.cancel() } }
        guard isCoded else { return take { $0.receive(Array(line)) } }
        switch SASLResponse(line: Array(line.dropFirst()).span) {
        case .bytes(let bytes): return take { $0.receive(bytes) }
        case .cancel: return take { $0.cancel() }
        case .malformed: return nil
        }
    }

    private mutating func nextAnswer(_ question: SASLExchange.Question) -> SASLExchange.Answer {
        defer { answers >>= 3 }
        switch answers & 7 {
        case 0: return .no
        case 1: return .unavailable
        case 2: return .password(Array(question.user.utf8))
        case 3: return .password([])
        case 4: return .verifier(SCRAMVerifier(salt: [], iterations: 0, storedKey: [1], serverKey: []))
        case 5:
            let password = Array(question.user.utf8)
            return .verifier(
                SCRAMVerifier(password: password, salt: [1], iterations: 1, cryptography: ToyCryptography())
            )
        default: return .yes
        }
    }

    /// Does the same to a copy: an exchange is a value.
    private mutating func take(_ event: (inout SASLExchange) -> SASLExchange.Step) -> SASLExchange.Step {
        var copy = exchange
        let step = event(&exchange)
        precondition(event(&copy) == step, "a copy goes the same way")
        steps += 1
        precondition(steps <= 8, "an exchange comes to its end")
        check(step)
        return step
    }

    private func check(_ step: SASLExchange.Step) {
        switch step {
        case .challenge(let bytes): precondition(bytes.count <= 9000, "a challenge fits into its line")
        case .ask(let question):
            precondition((try? SASLName.read(question.user.utf8)) == question.user, "a user's name may be one")
            precondition(exchange.claimedUser == question.user, "who is asked about is known")
        case .success(let user):
            precondition(asked?.user == user, "who comes in was asked about")
            precondition(!wasRefused, "nobody comes in who was refused")
        case .failure(let failure):
            let reason = failure.reason
            precondition(!reason.isEmpty && reason.utf8.count < 120, "a failure has words")
            precondition(reason.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "words of ours")
        }
    }
}
