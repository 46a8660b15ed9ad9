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
        var policy = Policy(hostname: "mx.example.org")
        var limits = Limits()
        for option in dialogue.options {
            let number = Int(option.value) ?? 0
            switch option.key {
            case "message-bytes": limits.messageBytes = UInt64(number)
            case "text-line": limits.textLine = number
            case "recipients": limits.recipients = number
            case "greeting": policy.greeting.append(option.value)
            case "lenient": policy.strictAddresses = false
            case "without": policy.switchedOff.insert(extensions[option.value, default: []])
            default: fatalError("no such option: \(option.key)")
            }
        }
        return Performance(dialogue.clientBytes, reads: reads, script: Script(dialogue), policy: policy, limits: limits)
    }

    private let extensions: [String: Extensions] = [
        "PIPELINING": .pipelining, "SIZE": .size, "8BITMIME": .eightBitMIME, "SMTPUTF8": .smtputf8,
        "ENHANCEDSTATUSCODES": .enhancedStatusCodes,
    ]

    private func check(_ dialogue: Dialogue, _ performance: Performance) throws {
        #expect(dialogue.difference(from: performance.lines) == nil)
        let message = dialogue.messageLines.map { $0 + "\r\n" }.joined()
        #expect(String(decoding: performance.messages.joined(), as: UTF8.self) == message)
        #expect(performance.isClosed == dialogue.steps.contains(.closed))
    }
}
