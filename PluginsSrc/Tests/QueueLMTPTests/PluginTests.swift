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
