import FakeHost
import PluginABI
import PluginKit
import QueueSMTPForward
import Testing

@Suite struct LeftoverTests {
    private static let full = FakeHost.Fate(HK_D_DEFERRED, 452, "4.2.2", "full")
    private static let nobody = FakeHost.Fate(HK_D_FAILED, 550, "5.1.1", "no such user")
    private static let later = FakeHost.Answer(
        HK_V_DENYSOFT,
        451,
        "4.4.0",
        "The next server cannot take mail now, try later"
    )

    private func load(_ ini: String = "host = next.example\n") -> FakeHost {
        let host = FakeHost()
        host.configure("smtp_forward.ini", ini)
        host.facts.sender = "me@example.org"
        host.facts.recipients = ["a@foreign.example", "b@foreign.example"]
        #expect(host.load(QueueSMTPForward.self) == nil)
        return host
    }

    @Test(
        "Where one recipient has it nobody's refusal is the client's: the queue takes the rest",
        arguments: [full, nobody]
    )
    func mixed(_ fate: FakeHost.Fate) async {
        let host = load()
        host.fates["b@foreign.example"] = fate
        #expect(await host.runLater("queue") == FakeHost.Answer(HK_V_OK, 0, "", "taken"))
        #expect(host.deliveries == ["next.example: a@foreign.example b@foreign.example"])
        #expect(host.enqueued == 1)
        #expect(host.facts.dropped == [0])
    }

    @Test("The rest is tried where the others went, though the domain is foreign and other plugins have a host for it")
    func again() async {
        let host = load()
        host.fates["b@foreign.example"] = Self.full
        host.facts.domain = "foreign.example"
        #expect(host.run("get_mx") == FakeHost.Answer(HK_V_CONT))
        _ = await host.runLater("queue")
        #expect(host.run("get_mx") == FakeHost.Answer(HK_V_OK))
        #expect(host.nextHops == ["next.example:2555"])
        #expect(host.priorities(of: "get_mx") == [-90, 0])
    }

    @Test("Whom an administrator has led elsewhere is not led back")
    func redirected() async {
        let host = load()
        host.fates["b@foreign.example"] = Self.full
        _ = await host.runLater("queue")
        host.facts.domain = "backup.example"
        #expect(host.run("get_mx") == FakeHost.Answer(HK_V_CONT))
        #expect(host.nextHops == [])
    }

    @Test("Only a queue that takes nothing makes the client send it to all of them again")
    func noQueue() async {
        let host = load()
        host.fates["b@foreign.example"] = Self.nobody
        host.canQueue = false
        #expect(await host.runLater("queue") == Self.later)
    }

    @Test("Who has nothing in common with anybody who has it is refused as the host refused")
    func alone() async {
        let host = load()
        host.fates = ["a@foreign.example": Self.nobody, "b@foreign.example": Self.nobody]
        let answer = FakeHost.Answer(HK_V_DENY, 550, "5.1.1", "a@foreign.example: no such user")
        #expect(await host.runLater("queue") == answer)
        #expect(host.enqueued == 0)
    }

    @Test("Mail for the queue plugin 'outbound' is the server's queue's, and mail for another one is left alone")
    func wants() async {
        let host = load("check_recipient = true\n[foreign.example]\nhost = own.example\nqueue = outbound\n")
        #expect(host.run("rcpt") == FakeHost.Answer(HK_V_OK))
        #expect(await host.runLater("queue") == FakeHost.Answer(HK_V_OK))
        #expect((host.enqueued, host.deliveries.count) == (1, 0))
        host.facts.domain = "foreign.example"
        #expect(host.run("get_mx") == FakeHost.Answer(HK_V_OK))
        host.notes["\(Facts.transaction) @queue.wants"] = "lmtp"
        #expect(await host.runLater("queue") == FakeHost.Answer(HK_V_CONT))
        #expect(host.run("get_mx") == FakeHost.Answer(HK_V_CONT))
    }
}
