import FakeHost
import PluginABI
import PluginKit
import Relay
import Testing

@Suite struct PluginTests {
    private static let go = FakeHost.Answer(HK_V_CONT)
    private static let yes = FakeHost.Answer(HK_V_OK)
    private static let no =
        FakeHost.Answer(HK_V_DENY, 550, "5.7.1", "Mail for that domain is not relayed here")

    private func host(_ relay: String = "", acl: String = "", domains: String = "") -> FakeHost {
        let host = FakeHost()
        host.configure("relay.ini", "[relay]\n\(relay)\n")
        host.configure("relay_acl_allow", acl)
        host.configure("relay_dest_domains.ini", "[domains]\n\(domains)\n")
        #expect(host.load(Relay.self) == nil)
        return host
    }

    @Test(
        "A client of the access list may send anywhere and is spared the checks of connect",
        arguments: [
            ("192.0.2.9", "", true), ("::ffff:192.0.2.9", "", true), ("198.51.100.1", "", false), ("", "", false),
            ("192.0.2.9", "acl=false", false),
        ]
    ) func admits(_ ip: String, _ ini: String, _ expected: Bool) {
        let host = host(ini, acl: "127.0.0.1\n192.0.2.0/24\n")
        host.facts.remoteIP = ip
        #expect(host.run("connect_init") == Self.go)
        #expect(host.facts.relaying == expected)
        #expect(host.run("connect") == (expected ? Self.yes : Self.go))
        host.facts.recipients = ["x@far.example"]
        #expect(host.run("rcpt") == Self.go)
    }

    @Test("Without any configuration nobody may relay") func isClosed() {
        let host = FakeHost()
        #expect(host.load(Relay.self) == nil)
        host.facts.remoteIP = "127.0.0.1"
        host.facts.recipients = ["x@far.example"]
        for hook in ["connect_init", "connect", "rcpt", "rcpt_ok", "get_mx"] { #expect(host.run(hook) == Self.go) }
        #expect(!host.facts.relaying)
        #expect(host.logs.isEmpty)
    }

    @Test("With all=true every recipient is settled, and the log warns of it") func relaysAll() {
        let host = host("all=true")
        host.facts.recipients = ["x@far.example"]
        #expect(host.run("rcpt") == Self.yes)
        #expect(host.facts.relaying)
        #expect(host.logs.contains { $0.contains("open relay") })
        #expect(self.host(acl: "0.0.0.0/0").logs.contains { $0.contains("open relay") })
    }

    @Test(
        "A domain's line settles its recipients, and only them",
        arguments: [
            ("x@a.example", yes), ("x@A.example", yes), ("x@c.example", go), ("x@d.example", no), ("x@far.example", go),
            ("x@n.example", go), ("x@any", go),
        ]
    ) func settlesDomains(_ address: String, _ answer: FakeHost.Answer) {
        let domains = """
            A.example = {"action":"accept"}
            c.example = {"action":"continue"}
            d.example = {"action":"deny"}
            n.example = {"nexthop":"mx.example"}
            """
        let host = host("dest_domains=true", domains: domains)
        host.facts.recipients = [address]
        #expect(host.run("rcpt") == answer)
        #expect(!host.facts.relaying)
        host.facts.relaying = true
        #expect(host.run("rcpt") == Self.go)
        let off = self.host("dest_domains=false", domains: domains)
        off.facts.recipients = [address]
        #expect(off.run("rcpt") == Self.go)
    }

    @Test("A forced next hop is noted as long as all recipients share it") func notesNextHop() {
        let domains = #"a.example={"nexthop":"mx:1"}"# + "\n" + #"b.example={"nexthop":"mx:1"}"# + "\n"
        let any = #"any={"nexthop":"mx:2"}"#
        for (domains, recipients, hop) in [
            (domains, ["x@a.example"], "mx:1"), (domains, ["x@a.example", "x@b.example"], "mx:1"),
            (domains, ["x@a.example", "x@far.example", "x@a.example"], nil), (domains, ["x@far.example"], nil),
            (domains, ["x@far.example", "x@a.example"], nil), (domains + any, ["x@far.example"], "mx:2"),
        ] {
            let host = host("force_routing=true", domains: domains)
            for count in 1...recipients.count {
                host.facts.recipients = Array(recipients.prefix(count))
                #expect(host.run("rcpt_ok") == Self.go)
            }
            #expect(host.notes["\(Facts.transaction) @queue/next_hop"]?.string == hop)
        }
    }

    @Test("get_mx names the forced next hop") func namesNextHop() {
        let host = host("force_routing=true", domains: #"a.example={"nexthop":"mx:1"}"#)
        host.facts.domain = "a.example"
        #expect(host.run("get_mx") == Self.yes)
        host.facts.domain = "far.example"
        #expect(host.run("get_mx") == Self.go)
        #expect(host.nextHops == ["mx:1"])
    }

    @Test(
        "A mistake names file, line and what is allowed",
        arguments: [
            (
                "relay_acl_allow", "127.0.0.1\n\n10.0.0.0/33\n",
                "config/relay_acl_allow:3: \"10.0.0.0/33\" is no network; write ADDRESS or ADDRESS/PREFIX"
            ),
            (
                "relay.ini", "[relay]\nall=maybe\n",
                "config/relay.ini:2: relay.all is \"maybe\", but must be true or false"
            ),
            (
                "relay_dest_domains.ini", "[domains]\na.b=1\nc.d={\"action\":\"x\"}\n",
                "config/relay_dest_domains.ini:2: a.b is no JSON object of texts"
            ),
        ]
    ) func refuses(_ file: String, _ text: String, _ sentence: String) {
        let host = FakeHost()
        host.configure("relay.ini", "[relay]\ndest_domains=true\n")
        host.configure(file, text)
        #expect(host.load(Relay.self)?.contains(sentence) == true)
    }
}
