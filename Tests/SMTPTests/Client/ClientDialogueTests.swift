import Foundation
import Mail
import SMTP
import Testing

@Suite struct ClientDialogueTests {
    @Test func thereAreDialogues() {
        #expect(ClientDialogue.all.count >= 40)
    }

    @Test("a client says each line when it is time", arguments: ClientDialogue.all)
    func inStep(dialogue: ClientDialogue) throws {
        var run = try start(dialogue)
        var said = 0
        run.hear([])
        for step in dialogue.steps {
            switch step {
            case .hear(let bytes):
                let ahead = run.result.lines.dropFirst(said)
                #expect(ahead.isEmpty, "said ahead of the host: \(Array(ahead))")
                run.hear(bytes)
            case .event(let event): run.happen(event)
            case .verdict: break
            case .expect(let pattern):
                let lines = run.result.lines
                let line = said < lines.count ? lines[said] : "(nothing)"
                #expect(ClientDialogue.fits(line, pattern), "'\(line)', not '\(pattern)'")
                said += 1
            }
        }
        check(dialogue, run.result)
    }

    @Test("a client's dialogue goes the same way whole", arguments: ClientDialogue.all)
    func whole(dialogue: ClientDialogue) throws {
        check(dialogue, try play(dialogue, reads: []))
    }

    @Test("a client's dialogue goes the same way byte by byte", arguments: ClientDialogue.all)
    func byteByByte(dialogue: ClientDialogue) throws {
        check(dialogue, try play(dialogue, reads: [1]))
    }

    @Test("a client's dialogue goes the same way at every split", arguments: ClientDialogue.all)
    func everySplit(dialogue: ClientDialogue) throws {
        let whole = try play(dialogue, reads: [])
        let count = dialogue.hostSide.bytes.count
        for first in 1..<max(2, count) {
            guard try play(dialogue, reads: [first, count]) == whole else {
                Issue.record("\(dialogue.name) differs when it is split behind byte \(first)")
                return
            }
        }
    }

    private func play(_ dialogue: ClientDialogue, reads: [Int]) throws -> ClientResult {
        var run = try start(dialogue)
        let (bytes, events) = dialogue.hostSide
        var rest = events[...]
        var done = 0
        var reads = reads[...]
        run.hear([])
        while true {
            while let next = rest.first, next.place == done {
                rest.removeFirst()
                run.happen(next.event)
            }
            guard done < bytes.count else { return run.result }
            let size = reads.count > 1 ? reads.removeFirst() : reads.first ?? bytes.count
            let end = min(done + size, rest.first?.place ?? bytes.count)
            run.hear(bytes[done..<end])
            done = end
        }
    }

    private func check(_ dialogue: ClientDialogue, _ result: ClientResult) {
        let lines = result.lines
        for (index, pattern) in dialogue.clientLines.enumerated() {
            let line = index < lines.count ? lines[index] : "(nothing)"
            guard ClientDialogue.fits(line, pattern) else {
                Issue.record("\(dialogue.name): line \(index + 1) is '\(line)', not '\(pattern)'")
                break
            }
        }
        #expect(lines.count == dialogue.clientLines.count)
        #expect(result.verdicts == dialogue.verdicts)
        #expect(result.end == dialogue.end)
    }

    private func start(_ dialogue: ClientDialogue) throws -> ClientRun {
        var policy = ClientPolicy(name: "client.example")
        var limits = ClientLimits()
        var flags: Set<String> = []
        for (key, value) in dialogue.options {
            let words = value.split(separator: " ").map(String.init)
            switch key {
            case "lmtp": policy.isLMTP = true
            case "submission": policy.isSubmission = true
            case "tls": policy.tls = value == "off" ? .off : .required
            case "password": policy.credentials = ClientCredentials(user: words[0], secret: .password(words[1]))
            case "token": policy.credentials = ClientCredentials(user: words[0], secret: .token(words[1]))
            case "certificate": policy.credentials = ClientCredentials(user: value, secret: .certificate)
            case "mechanisms": policy.credentials?.mechanisms = words.compactMap { SASLMechanism(rawValue: $0) }
            case "auth-in-clear": policy.authInClear = true
            case "one-by-one": policy.pipelines = false
            case "chunking": policy.prefersChunking = true
            case "recipients": limits.recipients = try #require(Int(value))
            case "chunk-bytes": limits.chunkBytes = try #require(UInt64(value))
            case "reply-line": limits.replyLine = try #require(Int(value))
            case "reply-lines": limits.replyLines = try #require(Int(value))
            case "reply-text": limits.replyText = try #require(Int(value))
            case "given", "late", "linger": flags.insert(key)
            default: throw ClientDialogue.Malformed(line: key)
            }
        }
        return ClientRun(
            policy: policy,
            limits: limits,
            deliveries: dialogue.deliveries,
            message: dialogue.message,
            gives: flags.contains("given"),
            writesLate: flags.contains("late"),
            lingers: flags.contains("linger")
        )
    }
}
