import PluginABI
import PluginKit
import Synchronization
import Testing

/// Writes down what it reads, and writes what it may.
private struct Clerk: Plugin {
    static let id = "org.example.clerk"
    static let version = "1"
    static var hooks: [Hook<Clerk>] {
        [
            .connect(read), .rcpt(rewrite), .rcptOK(more), .dataPost(body), .data(headers), .capabilities(offer),
            .authLookup(look), .deny(denied), .log(line), .mail(notes), .quit(work), .unrecognizedCommand(command),
            .deferred(deferred), .queue(queue), .authVerify(check),
        ]
    }

    init(_ host: Host) {}

    func read(_ call: borrowing Connection) {
        let facts = [call.remoteIP, call.helloHost, call.authUser, call.tls].map { $0 ?? "nil" }
        call.log(.notice, (facts + ["\(call.remotePort)", "\(call.relaying)"]).joined(separator: " "))
    }

    func rewrite(_ recipient: borrowing Recipient) throws {
        let before = recipient.user
        recipient.user = "short"
        recipient.relaying = true
        recipient.log(.info, "\(before) \(recipient.user) \(recipient.relaying) \(recipient.original)")
    }

    func more(_ recipient: borrowing Recipient) throws {
        try recipient.rewrite(to: "c@d")
        try recipient.addRecipient("e@f")
        try recipient.drop()
        try recipient.skip(plugins: "x", "queue/y")
        recipient.result(.pass, "fine")
    }

    func body(_ message: borrowing Message) throws -> Verdict {
        var sizes: [Int] = []
        try message.forEachSegment { sizes.append($0.byteCount) }
        var part = [UInt8](repeating: 0, count: 8)
        let got = try unsafe part.withUnsafeMutableBytes { try unsafe message.read(at: 2, into: $0) }
        message.log(.info, "\(sizes) \(got) \(String(decoding: part[..<got], as: UTF8.self)) \(message.size)")
        return .ok(String(decoding: try message.bytes(), as: UTF8.self))
    }

    func headers(_ message: borrowing Message) throws {
        message.log(.info, "\(message.headers("Subject")) \(message.header("To") ?? "nil")")
        try message.addHeader("X-A", "1")
        try message.addHeader("X-B", "2", at: .end)
        try message.removeHeader("X-C")
        try message.removeHeader("X-C", 1)
        try message.replaceHeader("X-D", "new", 2)
    }

    func queue(_ message: borrowing Message) {
        message.log(.info, message.recipients.map { "\($0.index) \($0.user)@\($0.domain)" }.joined(separator: ", "))
    }

    func offer(_ call: borrowing Connection) throws { try call.addCapability("XMINE") }

    func check(_ call: borrowing Authentication) -> Verdict {
        call.log(.info, "\(call.user) \(call.secretBytes == Array("pass wörd".utf8)) \(call.secretBytes.count)")
        return call.secret == "pass wörd" ? .ok : .continue
    }

    func look(_ call: borrowing Authentication) throws -> Verdict {
        if call.mechanism == "CRAM-MD5" { return .password("pencil") }
        if call.mechanism == "SCRAM-SHA-256-PLUS", let verifier = SCRAMVerifier(SCRAMVerifierTests.text) {
            try call.setVerifier(verifier)
            return .ok
        }
        try call.setVerifier(
            mechanism: call.mechanism,
            salt: [UInt8](repeating: 1, count: 16),
            iterations: 4096,
            storedKey: [UInt8](repeating: 2, count: 32),
            serverKey: [UInt8](repeating: 3, count: 32)
        )
        return .ok
    }

    func denied(_ denial: borrowing Denial) -> Verdict {
        denial.hook == "rcpt" && denial.plugin == "limit" && denial.reason == "too many" ? .ok : .continue
    }

    func line(_ line: borrowing LogLine) throws { throw PluginError("about \(line.line)") }

    func notes(_ sender: borrowing Sender) {
        let all: [Value] = [true, -5, 2.5, "text", .bytes([1, 2]), .uint(7)]
        for (index, value) in all.enumerated() { sender.transactionNotes["k\(index)"] = value }
        sender.connectionNotes["seen"] = .int(Int64(sender.connectionNotes["seen"]?.int ?? 0) + 1)
        sender.transactionNotes["k1"] = nil
        let back = all.indices.map { sender.transactionNotes["k\($0)"] }
        if back[0] == true && back[1] == nil && back[2] == 2.5 && back[3] == "text" && back[5] == .uint(7) {
            sender.log(.info, "same")
        }
    }

    func work(_ call: borrowing Connection) throws {
        let host = call.host
        try host.exec.post { host.info("posted") }
        try host.exec.after(.milliseconds(1500)) { host.info("after") }
        let timer = try host.exec.every(.seconds(2)) { host.info("again") }
        call.log(.info, "\(try timer.cancel()) \(try timer.cancel())")
    }

    func command(_ command: borrowing Command) -> Verdict { .ok("\(command.command)|\(command.argument)") }

    func deferred(_ delivery: borrowing Delivery) -> Verdict {
        .denySoft("\(delivery.domain) \(delivery.nextHop ?? "")")
    }
}

@Suite struct CallTests {
    let host = FakeHost()

    init() throws { try host.load(Clerk.self) }

    private var logs: [String] { host.record.withLock { $0.logs } }

    private var writes: [String] { host.record.withLock { $0.writes } }

    @Test func `facts are read when asked for, absent ones are nil`() {
        host.run("connect", ["remote_ip": "192.0.2.7", "hello_host": "a.example"])
        #expect(logs == ["5 8 192.0.2.7 a.example nil nil 2525 false"])
    }

    @Test func `a call reads its own writes`() {
        host.run("rcpt", ["rcpt_user": "long", "rcpt_original": "Long@x"])
        #expect(writes == ["user 0 short", "relaying 1"])
        #expect(logs == ["6 8 long short true Long@x"])
    }

    @Test func `a refused assignment fails the hook`() {
        host.record.withLock { $0.refusedWrites = hk_status(HK_E_DENIED) }
        #expect(host.run("rcpt", ["rcpt_user": "long"]).1 == 0)
        #expect(logs.last?.hasPrefix("3 8 hook rcpt failed: user of recipient 0 to short: the capability") == true)
    }

    @Test func `a refused method throws`() {
        host.record.withLock { $0.refusedWrites = hk_status(HK_E_INVALID) }
        #expect(host.run("rcpt_ok").1 == 0)
        #expect(logs.count == 1)
    }

    @Test func `recipients are rewritten, added and dropped, plugins skipped, results left`() {
        host.record.withLock { $0.notes["8 @skip_plugins"] = "w" }
        #expect(host.run("rcpt_ok").1 == HK_V_CONT)
        #expect(writes == ["rewrite 0 c@d", "add e@f", "drop 0", "result 8 pass fine"])
        #expect(host.record.withLock { $0.notes["8 @skip_plugins"] } == "w,x,queue/y")
    }

    @Test func `recipients are listed over the gaps that dropped ones leave`() {
        host.record.withLock {
            $0.facts = ["rcpt_count": "2"]
            for (index, user) in [(1, "b"), (4, "e")] {
                $0.facts["rcpt[\(index)].address"] = "\(user)@x"
                $0.facts["rcpt[\(index)].user"] = user
                $0.facts["rcpt[\(index)].domain"] = "x"
            }
        }
        host.run("queue")
        #expect(logs == ["6 8 1 b@x, 4 e@x"])
    }

    @Test func `the message is lent in segments, more of them than expected too`() {
        let parts = (0..<20).map { Array("\($0 % 10)".utf8) }
        host.record.withLock { $0.message = parts }
        let (call, verdict) = host.run("data_post")
        #expect(verdict == HK_V_OK)
        #expect(host.record.withLock { $0.replies[call]?.text } == "01234567890123456789")
        #expect(logs == ["6 8 \([Int](repeating: 1, count: 20)) 8 23456789 1234"])
    }

    @Test func `headers are read and edited`() {
        let long = String(repeating: "x", count: 5000)
        host.record.withLock { $0.headers = ["Subject": ["one", long]] }
        host.run("data")
        #expect(logs == ["6 8 [\"one\", \"\(long)\"] nil"])
        #expect(
            writes == [
                "edit 1 X-A 1 0", "edit 2 X-B 2 0", "edit 3 X-C - 4294967295", "edit 3 X-C - 1", "edit 4 X-D new 2",
            ]
        )
    }

    @Test func `capabilities and verifiers are staged`() {
        host.run("capabilities")
        #expect(host.run("auth_lookup", ["auth_mechanism": "SCRAM-SHA-256"]).1 == HK_V_OK)
        #expect(writes == ["capability XMINE", "verifier SCRAM-SHA-256 16 4096 32 32"])
    }

    @Test func `a lookup is answered by a clear password or a kept verifier`() {
        let (call, verdict) = host.run("auth_lookup", ["auth_mechanism": "CRAM-MD5"])
        #expect(verdict == HK_V_OK)
        #expect(host.record.withLock { $0.replies[call]?.text } == "pencil")
        #expect(host.run("auth_lookup", ["auth_mechanism": "SCRAM-SHA-256-PLUS"]).1 == HK_V_OK)
        #expect(writes == ["verifier SCRAM-SHA-256-PLUS 16 4096 32 32"])
    }

    @Test func `a password is read as bytes`() {
        #expect(host.run("auth_verify", ["auth_user": "ada", "auth_secret": "pass wörd"]).1 == HK_V_OK)
        #expect(host.run("auth_verify", ["auth_user": "ada"]).1 == HK_V_CONT)
        #expect(logs == ["6 8 ada true 10", "6 8 ada false 0"])
    }

    @Test func `a denial can be cancelled`() {
        let facts = ["denied_hook": "rcpt", "denied_plugin": "limit", "denied_text": "too many"]
        #expect(host.run("deny", facts).1 == HK_V_OK)
    }

    @Test func `a failing log hook logs nothing, so that it cannot come back to itself`() {
        #expect(host.run("log", ["log_text": "a line"]).1 == 0)
        #expect(logs == [])
    }

    @Test func `notes keep their types and go by nil`() {
        host.run("mail")
        host.run("mail")
        #expect(logs == ["6 8 same", "6 8 same"])
        #expect(host.record.withLock { $0.notes["7 seen"] } == .int(2))
    }

    @Test func `work runs on the lane, and a cancelled timer is cancelled once`() throws {
        host.run("quit")
        #expect(logs == ["6 0 posted", "6 8 true false"])
        #expect(writes == ["timer 1 0", "timer 2 2000"])
        let timer = try #require(host.record.withLock { $0.timers[1] })
        timer.fire()
        #expect(logs.last == "6 0 after")
    }

    @Test func `commands and deliveries have their own facts`() {
        let (first, _) = host.run("unrecognized_command", ["command": "XFOO", "argument": "a b"])
        let (second, _) = host.run("deferred", ["domain": "d.example", "next_hop": "mx.example"])
        #expect(host.record.withLock { $0.replies[first]?.text } == "XFOO|a b")
        #expect(host.record.withLock { $0.replies[second]?.text } == "d.example mx.example")
    }
}
