import FakeHost
import InHostList
import PluginABI
import PluginKit
import Testing

@Suite struct PluginTests {
    private func host(antiSpoof: String = "") -> FakeHost {
        let host = FakeHost()
        host.configure("host_list", "# ours\nexample.org\n")
        host.configure("host_list_regex", "user@short\\.example\n.*\\.sub\\.example\n")
        if !antiSpoof.isEmpty { host.configure("host_list.anti_spoof", antiSpoof) }
        #expect(host.load(InHostList.self) == nil)
        return host
    }

    @Test(
        "Recipients of our domains are settled, of others it has no opinion",
        arguments: [
            ("x@example.org", HK_V_OK), ("x@EXAMPLE.org", HK_V_OK), ("x@a.sub.example", HK_V_OK),
            ("user@short.example", HK_V_OK), ("user-20300101@short.example", HK_V_CONT), ("x@far.example", HK_V_CONT),
            ("postmaster", HK_V_OK), ("x@example.org@far.example", HK_V_CONT), ("x%far.example@example.org", HK_V_OK),
        ]
    ) func settles(_ address: String, _ verdict: Int) {
        let host = host()
        host.facts.recipients = [address]
        #expect(host.run("rcpt") == FakeHost.Answer(verdict))
        #expect(host.results.isEmpty)
    }

    @Test("A sender of ours is noted") func notes() {
        let host = host()
        host.facts.sender = "x@far.example"
        #expect(host.run("mail") == FakeHost.Answer(HK_V_CONT))
        #expect(host.notes.isEmpty)
        host.facts.sender = "x@example.org"
        #expect(host.run("mail") == FakeHost.Answer(HK_V_CONT))
        #expect(host.notes["\(Facts.transaction) @local_sender"] == .bool(true))
    }

    @Test(
        "With anti_spoof only a relaying client sends as one of us",
        arguments: [("x@example.org", false), ("x@example.org", true), ("x@far.example", false), ("", false)]
    ) func refusesSpoofs(_ sender: String, _ relaying: Bool) {
        let host = host(antiSpoof: "true\n")
        host.facts.sender = sender
        host.facts.relaying = relaying
        let text = "Mail from domain 'example.org' is not allowed from your host"
        let isSpoof = sender == "x@example.org" && !relaying
        #expect(
            host.run("mail")
                == (isSpoof ? FakeHost.Answer(HK_V_DENY, 550, "5.7.1", text) : FakeHost.Answer(HK_V_CONT))
        )
    }

    @Test(
        "A mistake names file, line and what is allowed",
        arguments: [
            ("host_list", "a.example\n@b.example\n", "config/host_list:2: \"@b.example\" is no domain; "),
            ("host_list", "a b\n", "config/host_list:1: \"a b\" is no domain; "),
            ("host_list_regex", "\n\n(\n", "config/host_list_regex:3: \"(\" is no regular expression ("),
            ("host_list.anti_spoof", "maybe\n", "config/host_list.anti_spoof:1: \"maybe\" must be true or false"),
        ]
    ) func refuses(_ file: String, _ text: String, _ sentence: String) {
        let host = FakeHost()
        host.configure(file, text)
        #expect(host.load(InHostList.self)?.contains(sentence) == true)
    }

    @Test("New lists replace the old ones, and bad ones do not") func reconfigures() {
        let host = host()
        host.facts.recipients = ["x@far.example"]
        host.configure("host_list", "far.example\n")
        #expect(host.reconfigure() == nil)
        #expect(host.run("rcpt") == FakeHost.Answer(HK_V_OK))
        host.configure("host_list", "@\n")
        #expect(host.reconfigure() != nil)
        #expect(host.run("rcpt") == FakeHost.Answer(HK_V_OK))
    }
}
