import PluginABI
import PluginKit
import Synchronization
import Testing

/// Hooks whose answers the tests look at.
private struct Answering: Plugin {
    static let id = "org.example.answering"
    static let version = "1.2"
    static var hooks: [Hook<Answering>] {
        [
            .rcpt(rcpt, priority: -5, timeout: .milliseconds(1500), inline: true), .mail(mail), .data(data),
            .dataPost(late), .queue(lateFailure), .disconnect(farewell, observe: true), .quit(endless),
        ]
    }

    init(_ host: Host) {}

    func rcpt(_ recipient: borrowing Recipient) throws -> Verdict {
        switch recipient.user {
        case "deny": return .deny("no", code: 550, enhanced: "5.1.6")
        case "soft": return .denySoft()
        case "bare": return .deny()
        case "text": return .ok("yes")
        case "close": return .denyDisconnect("bye")
        case "softclose": return .denySoftDisconnect(code: 421)
        case "stop": return .stop
        case "next": return .next(hook: "mine")
        case "delay": return .delay(.seconds(90))
        case "disconnect": return .disconnect
        case "throw": throw PluginError("the disk is full")
        case "badreply": return .deny("x", code: 999)
        default: return .continue
        }
    }

    func mail(_ sender: borrowing Sender) -> Verdict { sender.isNull ? .ok : .continue }

    func data(_ message: borrowing Message) {}

    func late(_ message: borrowing Message) async throws -> Verdict {
        await Task.yield()
        return message.mailAddress == "a@b" && message.isLive ? .deny("late", code: 554) : .ok
    }

    func lateFailure(_ message: borrowing Message) async throws -> Verdict {
        await Task.yield()
        throw PluginError("nobody home")
    }

    func farewell(_ connection: borrowing Connection) {}

    /// Ends only by cancellation.
    func endless(_ connection: borrowing Connection) async throws -> Verdict {
        try await Task.sleep(for: .seconds(3600))
        return .ok
    }
}

@Suite(.timeLimit(.minutes(15))) struct HookTests {
    let host = FakeHost()

    @Test func `hooks are registered with their form, flags, priority and timeout`() throws {
        try host.load(Answering.self)
        let hooks = host.record.withLock { $0.hooks }
        #expect(hooks.allSatisfy { $0.signature == "i(args:p)" })
        let rcpt = hooks[0]
        #expect((rcpt.name, rcpt.flags, rcpt.priority, rcpt.timeout) == ("rcpt", HK_HF_INLINE, -5, 1500))
        let late = hooks[3]
        #expect((late.name, late.flags, late.priority, late.timeout) == ("data_post", HK_HF_MAY_PEND, 0, 0))
        #expect(hooks[5].flags == HK_HF_OBSERVE)
    }

    @Test(
        arguments: [
            ("", HK_V_CONT, nil), ("stop", HK_V_STOP, nil), ("bare", HK_V_DENY, nil), ("soft", HK_V_DENYSOFT, nil),
            ("disconnect", HK_V_DISCONNECT, nil),
            ("deny", HK_V_DENY, FakeHost.Reply(code: 550, enhanced: "5.1.6", text: "no")),
            ("text", HK_V_OK, FakeHost.Reply(text: "yes")),
            ("close", HK_V_DENYDISCONNECT, FakeHost.Reply(text: "bye")),
            ("softclose", HK_V_DENYSOFTDISCONNECT, FakeHost.Reply(code: 421)),
            ("next", HK_V_NEXT_HOOK, FakeHost.Reply(text: "mine")),
            ("delay", HK_V_DELAY, FakeHost.Reply(text: "90")),
        ] as [(String, Int, FakeHost.Reply?)]
    )
    func `a verdict crosses with its words`(user: String, verdict: Int, reply: FakeHost.Reply?) throws {
        try host.load(Answering.self)
        let (call, answer) = host.run("rcpt", ["rcpt_user": user])
        #expect(Int(answer) == verdict)
        #expect(host.record.withLock { $0.replies[call] } == reply)
        #expect(host.record.withLock { $0.logs } == [])
    }

    @Test(arguments: [
        ("throw", "3 8 hook rcpt failed: the disk is full"),
        ("badreply", "3 8 hook rcpt failed: reply: an argument is not allowed (HK_E_INVALID)"),
    ])
    func `a failure is 0 and one log line`(user: String, line: String) throws {
        try host.load(Answering.self)
        let (_, answer) = host.run("rcpt", ["rcpt_user": user])
        #expect(answer == 0)
        #expect(host.record.withLock { $0.logs } == [line])
    }

    @Test func `a method without an answer continues`() throws {
        try host.load(Answering.self)
        #expect(host.run("data").1 == HK_V_CONT)
    }

    @Test func `an empty sender is present and null`() throws {
        try host.load(Answering.self)
        #expect(host.run("mail", ["mail_address": ""]).1 == HK_V_OK)
        #expect(host.run("mail", ["mail_address": "a@b"]).1 == HK_V_CONT)
    }

    @Test func `an async hook pends, keeps its arguments, answers and lets them go`() async throws {
        try host.load(Answering.self)
        let (call, answer) = host.run("data_post", ["mail_address": "a@b"])
        #expect(answer == HK_V_PENDING)
        await host.until { $0.completed[call] != nil && $0.kept[call] == 0 }
        #expect(host.record.withLock { $0.completed[call] } == hk_verdict(HK_V_DENY))
        #expect(host.record.withLock { $0.replies[call] } == FakeHost.Reply(code: 554, text: "late"))
    }

    @Test func `an async hook that throws completes with no verdict and a log line`() async throws {
        try host.load(Answering.self)
        let (call, _) = host.run("queue")
        await host.until { $0.completed[call] != nil && $0.kept[call] == 0 }
        #expect(host.record.withLock { $0.completed[call] } == 0)
        #expect(host.record.withLock { $0.logs } == ["3 8 hook queue failed: nobody home"])
    }

    @Test func `a cancelled call cancels its task`() async throws {
        try host.load(Answering.self)
        let (call, _) = host.run("quit")
        host.cancel("quit", call)
        await host.until { $0.kept[call] == 0 && $0.completed[call] == 0 }
    }

    @Test func `a hundred async calls at the same time each get their verdict`() async throws {
        try host.load(Answering.self)
        for _ in 0..<100 { host.run("data_post") }
        await host.until { $0.completed.count == 100 && $0.kept.values.allSatisfy { $0 == 0 } }
        #expect(host.record.withLock { $0.completed.values.allSatisfy { $0 == HK_V_OK } })
    }
}
