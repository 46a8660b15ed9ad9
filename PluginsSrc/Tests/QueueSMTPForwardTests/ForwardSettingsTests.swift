import FakeHost
import PluginABI
import PluginKit
import QueueSMTPForward
import Testing

@Suite struct ForwardSettingsTests {
    private static let ini = """
        host = main.example
        enable_tls = true
        auth_user = ada
        auth_pass = pencil
        check_sender = true
        check_recipient = true
        [a.example]
        host = a.next.example
        [B.example]
        queue = lmtp
        [c.example]
        one_message_per_rcpt = true

        """

    private func load(_ ini: String = ini, domain: String = "") -> (FakeHost, String?) {
        let host = FakeHost()
        host.configure("smtp_forward.ini", ini)
        host.configure("host_list", "local.example\n")
        host.facts.domain = domain
        return (host, host.load(QueueSMTPForward.self))
    }

    @Test(
        "The queue's mail goes to a domain's own servers, local mail to the main one, other mail and another plugin's elsewhere",
        arguments: [
            ("a.example", "a.next.example:25"), ("b.example", nil), ("c.example", "main.example:2555"),
            ("local.example", "main.example:2555"),
            ("foreign.example", nil),
        ]
    ) func routes(_ domain: String, _ hop: String?) {
        let (host, complaint) = load(domain: domain)
        #expect(complaint == nil)
        #expect(host.run("get_mx") == FakeHost.Answer(hop == nil ? HK_V_CONT : HK_V_OK))
        #expect(host.nextHops == (hop.map { [$0] } ?? []))
    }

    @Test("Without a host nobody's mail goes to a default one", arguments: ["queue", "get_mx"])
    func unasked(_ hook: String) async {
        let (host, complaint) = load("enable_tls = true\n[a.example]\nhost = a.next.example\n", domain: "local.example")
        #expect(complaint == nil)
        host.facts.recipients = ["x@local.example", "y@a.example"]
        #expect(await host.runLater(hook) == FakeHost.Answer(HK_V_CONT))
        #expect(host.deliveries.isEmpty && host.nextHops.isEmpty && host.logs.isEmpty)
        let (idle, _) = load("", domain: "local.example")
        idle.facts.recipients = ["x@local.example"]
        #expect(await idle.runLater(hook) == FakeHost.Answer(HK_V_CONT))
        #expect(idle.logs == ["smtp_forward.ini names no server, so queue/smtp_forward takes no mail: give host"])
    }

    @Test("With outbound mail taken all of it goes to the main servers, and a pool takes turns")
    func pool() {
        let (host, _) = load(
            "forwarding_host_pool = one:26, two\nport = 27\nenable_outbound=true\n",
            domain: "foreign.example"
        )
        _ = host.run("get_mx")
        _ = host.run("get_mx")
        #expect(host.nextHops == ["one:26", "two:27", "two:27", "one:26"])
    }

    @Test("A sender's domain may pick the server instead of the recipient's")
    func selector() {
        let (host, _) = load("domain_selector = mail_from\n[a.example]\nhost = 192.0.2.1\n", domain: "foreign.example")
        host.facts.sender = "x@A.example"
        #expect(host.run("get_mx") == FakeHost.Answer(HK_V_OK))
        #expect(host.nextHops == ["192.0.2.1:25"])
    }

    @Test("Strangers don't send as the domains here; who may relay does")
    func senders() {
        let (host, _) = load()
        for (sender, relaying, verdict) in [
            ("x@a.example", false, HK_V_DENY), ("x@a.example", true, HK_V_CONT), ("x@else.example", false, HK_V_CONT),
            ("", false, HK_V_CONT),
        ] {
            host.facts.sender = sender
            host.facts.relaying = relaying
            #expect(host.run("mail")?.verdict == Int32(verdict), "\(sender)")
        }
        host.facts.relaying = true
        host.facts.recipients = ["y@foreign.example"]
        #expect(host.run("rcpt") == FakeHost.Answer(HK_V_OK))
    }

    @Test("Recipients of the domains here are taken, as long as one queue plugin serves them all")
    func recipients() {
        let (host, _) = load()
        host.facts.sender = "x@else.example"
        host.facts.recipients = ["y@a.example"]
        #expect(host.run("rcpt") == FakeHost.Answer(HK_V_OK))
        host.facts.recipients.append("z@foreign.example")
        #expect(host.run("rcpt") == FakeHost.Answer(HK_V_CONT))
        host.facts.recipients.append("z@b.example")
        #expect(host.run("rcpt") == FakeHost.Answer(HK_V_OK))
        #expect(host.notes["\(Facts.transaction) @queue.wants"] == "lmtp")
        host.notes["\(Facts.transaction) @queue.wants"] = "outbound"
        let split = FakeHost.Answer(HK_V_DENYSOFT, 451, "4.5.3", "Split transaction, retry soon")
        #expect(host.run("rcpt") == split)
    }

    @Test("Without the switches nobody is checked")
    func off() {
        let (host, _) = load("[a.example]\nhost = h\n")
        host.facts.sender = "x@a.example"
        host.facts.recipients = ["y@a.example"]
        #expect(host.run("mail") == FakeHost.Answer(HK_V_CONT))
        #expect(host.run("rcpt") == FakeHost.Answer(HK_V_CONT))
    }

    @Test(
        "What can't be meant is refused with its line",
        arguments: [
            ("domain_selector = both\n", ":1: domain_selector is \"both\", but must be rcpt_to or mail_from"),
            ("host=a\n[b.example]\nenable_tls=x\n", ":3: enable_tls is \"x\", but must be true or false"),
            ("enable_outbound=true\n", ":1: enable_outbound needs a host or a forwarding_host_pool"),
            (
                "[b.example]\nqueue=smtp_forward\n",
                ": [b.example] needs a host or a forwarding_host_pool, here or at the top of the file"
            ),
            (
                "host=mx.example\nauth_user=u\nauth_pass=p\n",
                ":3: the password would cross the network in clear; set enable_tls, or allow_cleartext=true"
            ),
        ]
    ) func refuses(_ ini: String, _ sentence: String) {
        #expect(load(ini).1 == "config/smtp_forward.ini\(sentence)")
    }
}
