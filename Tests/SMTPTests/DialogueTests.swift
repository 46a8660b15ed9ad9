import SMTP
import Testing

@Suite struct DialogueTests {
    @Test func thereAreDialogues() {
        #expect(Dialogue.all.count >= 15)
    }

    @Test("a dialogue goes the same way whole", arguments: Dialogue.all)
    func whole(dialogue: Dialogue) throws {
        try check(dialogue, play(dialogue, reads: []))
    }

    @Test("a dialogue goes the same way byte by byte", arguments: Dialogue.all)
    func byteByByte(dialogue: Dialogue) throws {
        try check(dialogue, play(dialogue, reads: [1]))
    }

    @Test("a dialogue goes the same way at every split", arguments: Dialogue.all)
    func everySplit(dialogue: Dialogue) {
        let whole = play(dialogue, reads: [])
        let input = dialogue.clientBytes
        for first in 1..<max(2, input.count) where play(dialogue, reads: [first, input.count]) != whole {
            Issue.record("\(dialogue.name) differs when it is split behind byte \(first)")
            return
        }
    }

    private func play(_ dialogue: Dialogue, reads: [Int]) -> Performance {
        var policy = Performance.policy
        var limits = Limits()
        var script = Script(dialogue)
        for option in dialogue.options {
            guard !set(option.key, Int(option.value) ?? 0, of: &limits) else { continue }
            switch option.key {
            case "greeting": policy.greeting.append(option.value)
            case "lenient": policy.strictAddresses = false
            case "without": policy.switchedOff.insert(Extensions(keyword: option.value) ?? [])
            case "with": policy.switchedOff.remove(Extensions(keyword: option.value) ?? [])
            case "tls": policy.startTLS = tls[option.value, default: .offered]
            case "implicit-tls": script.beginsWithTLS = true
            case "certificate": script.identity = option.value
            case "mechanisms": policy.mechanisms = mechanisms(option.value)
            case "auth-in-clear": policy.authNeedsTLS = false
            case "submission": policy.requiresAuth = true
            case "lmtp": policy.isLMTP = true
            case "longest-hold": policy.longestHold = UInt32(option.value) ?? 0
            case "shortest-deadline": policy.shortestDeadline = UInt32(option.value) ?? 0
            default: fatalError("no such option: \(option.key)")
            }
        }
        return Performance(
            dialogue.clientBytes,
            reads: reads,
            script: script,
            policy: policy,
            limits: limits,
            handshakes: dialogue.handshakes
        )
    }

    /// False for what isn't a bound.
    private func set(_ key: String, _ number: Int, of limits: inout Limits) -> Bool {
        switch key {
        case "message-bytes": limits.messageBytes = UInt64(number)
        case "command-line": limits.commandLine = number
        case "parameter-line": limits.parameterLine = number
        case "auth-line": limits.authLine = number
        case "text-line": limits.textLine = number
        case "header-lines": limits.headerLines = number
        case "header-bytes": limits.headerBytes = number
        case "mime-parts": limits.mimeParts = number
        case "recipients": limits.recipients = number
        case "transactions": limits.transactions = number
        case "errors": limits.errors = number
        case "unknown-commands": limits.unknownCommands = number
        case "commands-without-mail": limits.commandsWithoutMail = number
        case "auth-failures": limits.authFailures = number
        case "tiny-chunks": limits.tinyChunks = number
        default: return false
        }
        return true
    }

    private let tls: [String: Policy.StartTLS] = ["required": .required, "broken": .brokenForNow]

    private func mechanisms(_ names: String) -> [SASLMechanism] {
        names.split(separator: " ").compactMap { SASLMechanism(rawValue: String($0)) }
    }

    private func check(_ dialogue: Dialogue, _ performance: Performance) throws {
        #expect(dialogue.difference(from: performance.lines) == nil)
        #expect(String(decoding: performance.messages.joined(), as: UTF8.self) == dialogue.messageText)
        #expect(performance.isClosed == dialogue.steps.contains(.closed))
    }
}
