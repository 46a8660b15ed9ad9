import FakeHost
import PluginABI
import QueueLMTP
import Testing

@Suite struct PluginTests {
    private func load(_ ini: String, domain: String = "") -> (FakeHost, String?) {
        let host = FakeHost()
        host.configure("lmtp.ini", ini)
        host.configure("host_list", "local.example\n")
        host.facts.domain = domain
        return (host, host.load(QueueLMTP.self))
    }

    @Test(
        "A domain's mail goes to its own server, local mail to the main one, other mail elsewhere",
        arguments: [
            ("a.example", "lmtp://a.next.example:24"), ("b.example", "lmtp:///run/b.sock"),
            ("local.example", "lmtp://localhost:2424"),
            ("foreign.example", nil),
        ]
    ) func routes(_ domain: String, _ hop: String?) {
        let (host, complaint) = load(
            "port = 2424\n[a.example]\nhost = a.next.example\n[b.example]\npath = /run/b.sock\n",
            domain: domain
        )
        #expect(complaint == nil)
        #expect(host.run("get_mx") == FakeHost.Answer(hop == nil ? HK_V_CONT : HK_V_OK))
        #expect(host.nextHops == (hop.map { [$0] } ?? []))
    }

    @Test("Without a server of its own local mail is left to others", arguments: ["queue", "get_mx"])
    func unasked(_ hook: String) async {
        let (host, complaint) = load("direct = true\n[a.example]\nhost = a.next.example\n", domain: "local.example")
        #expect(complaint == nil)
        host.facts.recipients = ["x@local.example"]
        #expect(await host.runLater(hook) == FakeHost.Answer(HK_V_CONT))
        #expect(host.nextHops.isEmpty && host.logs.isEmpty)
        let (idle, _) = load("", domain: "local.example")
        #expect(await idle.runLater(hook) == FakeHost.Answer(HK_V_CONT))
        #expect(idle.logs == ["lmtp.ini names no server, so queue/lmtp takes no mail: give host or path"])
    }

    @Test("Directly, whom the server did not take while it took others is the queue's")
    func mixed() async {
        let (host, _) = load("path = /run/lmtp\ndirect = true\n", domain: "local.example")
        host.facts.recipients = ["a@local.example", "b@local.example"]
        host.fates["a@local.example"] = FakeHost.Fate(HK_D_FAILED, 550, "5.1.1", "Nobody")
        #expect(await host.runLater("queue") == FakeHost.Answer(HK_V_OK, 0, "", "taken"))
        #expect(host.facts.dropped == [1])
        #expect(host.enqueued == 1)
        #expect(host.run("get_mx") == FakeHost.Answer(HK_V_OK))
        #expect(host.nextHops == ["lmtp:///run/lmtp"])
    }

    @Test(
        "What can't be meant is refused with its line",
        arguments: [
            ("path = run/x\n", ":1: \"run/x\" is no whole path of a socket"),
            ("port=x\n", ":1: port is \"x\", but must be 1 to 65535"),
            ("[a.example]\nport = 24\n", ": [a.example] needs a host or a path"),
            ("host = a b\n", ":1: \"a b\" is no host; the port has a key of its own"),
        ]
    ) func refuses(_ ini: String, _ sentence: String) { #expect(load(ini).1 == "config/lmtp.ini\(sentence)") }
}
