import FakeHost
import PluginABI
import PluginKit
import Testing
import XClient

@Suite struct PluginTests {
    private func host(hosts: String? = nil, from ip: String = "127.0.0.1") -> FakeHost {
        let host = FakeHost()
        if let hosts { host.configure("xclient.hosts", hosts) }
        #expect(host.load(XClient.self) == nil)
        host.facts.remoteIP = ip
        host.facts.command = "XCLIENT"
        host.facts.inTransaction = false
        return host
    }

    private static func client(
        _ ip: String = "192.0.2.7",
        _ change: (inout ClientIdentity) -> Void = { _ in }
    ) -> ClientIdentity {
        var client = ClientIdentity(remoteIP: ip)
        change(&client)
        return client
    }

    /// Behind XCLIENT, and what it makes of the client.
    private static let understood: [(String, ClientIdentity)] = [
        ("ADDR=192.0.2.7", client()), ("addr=192.0.2.7", client()), ("  ADDR=192.0.2.7 ", client()),
        ("ADDR=192.0.2.7\tPORT=25", client { $0.remotePort = 25 }),
        ("ADDR=IPV6:2001:db8::1", client("2001:db8::1")), ("ADDR=ipv6:2001:db8::1", client("2001:db8::1")),
        ("ADDR=192+2E0.2.7", client()), ("ADDR=192+2e0.2.7", client()),
        ("NAME=Spike.Example ADDR=192.0.2.7", client { $0.remoteHost = "Spike.Example" }),
        ("NAME=[UNAVAILABLE] ADDR=192.0.2.7", client()), ("NAME=[tempunavail] ADDR=192.0.2.7", client()),
        ("ADDR=192.0.2.7 PORT=[UNAVAILABLE] HELO=[UNAVAILABLE] LOGIN=[UNAVAILABLE]", client()),
        ("ADDR=192.0.2.7 DESTADDR=[UNAVAILABLE] DESTPORT=[TEMPUNAVAIL]", client()),
        ("ADDR=192.0.2.7 PORT=65535", client { $0.remotePort = 65535 }),
        ("ADDR=192.0.2.7 HELO=a.example", client { $0.helloHost = "a.example" }),
        (
            "ADDR=192.0.2.7 PROTO=esmtp HELO=my+20host",
            client { ($0.helloHost, $0.isESMTP) = ("my host", true) }
        ),
        ("ADDR=192.0.2.7 PROTO=SMTP HELO=a", client { $0.helloHost = "a" }), ("ADDR=192.0.2.7 PROTO=ESMTP", client()),
        ("ADDR=192.0.2.7 LOGIN=bob=x+2Btag@example.com", client { $0.authUser = "bob=x+tag@example.com" }),
        ("ADDR=192.0.2.7 LOGIN=j+C3+BCrgen", client { $0.authUser = "j\u{fc}rgen" }),
        (
            "ADDR=192.0.2.7 DESTADDR=IPV6:::1 DESTPORT=587",
            client { ($0.localIP, $0.localPort) = ("::1", 587) }
        ),
    ]

    @Test("XCLIENT says for whom the connection stands", arguments: understood)
    func identifies(_ argument: String, _ expected: ClientIdentity) {
        let host = host()
        host.facts.argument = argument
        #expect(host.run("unrecognized_command") == FakeHost.Answer(HK_V_OK))
        #expect(host.identities == [expected])
    }

    @Test("D27: LOGIN keeps its upper and lower case, and xtext is decoded")
    func d27() {
        let host = host()
        host.facts.argument = "ADDR=192.0.2.7 LOGIN=Anna.Maria+40Example.COM NAME=Mail.Example HELO=Mixed.Case"
        _ = host.run("unrecognized_command")
        #expect(host.identities.map(\.authUser) == ["Anna.Maria@Example.COM"])
        #expect(host.identities.map(\.remoteHost) == ["Mail.Example"])
        #expect(host.identities.map(\.helloHost) == ["Mixed.Case"])
    }

    @Test(
        "What cannot be meant is 501, and nothing happens",
        arguments: [
            "", "ADDR", "ADDR=", "=192.0.2.7", "NAME=a.example", "ADDR=[UNAVAILABLE]", "ADDR=[TEMPUNAVAIL]",
            "ADDR=192.0.2.256", "ADDR=2001:db8::1", "ADDR=IPV6:192.0.2.7", "ADDR=IPV6:", "ADDR=IPV6:fe80::1%eth0",
            "ADDR=192.0.2.7/24", "ADDR=unknown", "ADDR=192.0.2.7 ADDR=192.0.2.8", "ADDR=192.0.2.7 FOO=bar",
            "ADDR=192.0.2.7 LOGIN", "ADDR=192.0.2.7 LOGIN=", "ADDR=192.0.2.7 LOGIN=a+", "ADDR=192.0.2.7 LOGIN=a+4",
            "ADDR=192.0.2.7 LOGIN=a+4g", "ADDR=192.0.2.7 PORT=0", "ADDR=192.0.2.7 PORT=65536",
            "ADDR=192.0.2.7 PORT=+2B1",
            "ADDR=192.0.2.7 PORT=2x", "ADDR=192.0.2.7 PORT=99999999999999999999", "ADDR=192.0.2.7 DESTPORT=submission",
            "ADDR=192.0.2.7 DESTADDR=x", "ADDR=192.0.2.7 PROTO=LMTP", "ADDR=192.0.2.7 PROTO=[UNAVAILABLE]",
            "ADDR=192.0.2.7 NAME=a+20b", "ADDR=192.0.2.7 HELO=j+C3+BC",
        ]
    ) func refuses(_ argument: String) {
        let host = host()
        host.facts.argument = argument
        let answer = host.run("unrecognized_command")
        #expect(answer?.verdict == Int32(HK_V_DENY) && answer?.code == 501 && answer?.enhanced == "5.5.4")
        #expect(host.identities.isEmpty)
    }

    @Test(
        "A value that would forge a line of a log is refused",
        arguments: ["NAME", "HELO", "LOGIN"],
        ["a+0D+0Ab", "a+0Ab", "a+00b", "a+1Bb", "a+7Fb", "a+C2+85b", "a+E2+80+A8b", "a+C2+9Bb", "a+09b", "a+FFb"]
    ) func refusesForgery(_ name: String, _ value: String) {
        let host = host()
        host.facts.argument = "ADDR=192.0.2.7 \(name)=\(value)"
        #expect(host.run("unrecognized_command")?.code == 501)
        #expect(host.identities.isEmpty)
    }

    @Test(
        "Only trusted hosts are offered it, and may use it",
        arguments: [
            (nil, "127.0.0.1", true), (nil, "::1", true), (nil, "::ffff:127.0.0.1", true), (nil, "127.0.0.2", false),
            (nil, "192.0.2.9", false), (nil, "", false), ("192.0.2.0/24\n2001:db8::/64\n", "192.0.2.9", true),
            ("192.0.2.0/24\n2001:db8::/64\n", "2001:db8::9", true), ("192.0.2.0/24\n", "127.0.0.1", true),
            ("192.0.2.0/24\n", "192.0.3.1", false),
        ] as [(String?, String, Bool)]
    ) func trusts(_ hosts: String?, _ ip: String, _ isTrusted: Bool) {
        let host = host(hosts: hosts, from: ip)
        #expect(host.run("capabilities") == FakeHost.Answer(HK_V_CONT))
        let line = "XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT"
        #expect(host.capabilities == (isTrusted ? [line] : []))
        host.facts.argument = "ADDR=203.0.113.1"
        #expect(host.run("unrecognized_command")?.code == (isTrusted ? 0 : 550))
        #expect(host.identities.count == (isTrusted ? 1 : 0))
    }

    @Test("A host that isn't trusted learns nothing of what is wrong with its command") func refusesStrangers() {
        let host = host(from: "192.0.2.9")
        host.facts.argument = "rubbish"
        let answer = FakeHost.Answer(HK_V_DENY, 550, "5.7.0", "You may not speak for others")
        #expect(host.run("unrecognized_command") == answer)
    }

    @Test("Within a transaction it is 503") func refusesWithin() {
        let host = host()
        host.facts.inTransaction = true
        host.facts.argument = "ADDR=192.0.2.7"
        #expect(host.run("unrecognized_command") == FakeHost.Answer(HK_V_DENY, 503, "5.5.1", "A transaction is open"))
        #expect(host.identities.isEmpty)
    }

    @Test("Other commands are left alone", arguments: ["XFORWARD", "HELP", "XCLIENTS", ""])
    func leaves(_ command: String) {
        let host = host()
        host.facts.command = command
        host.facts.argument = "ADDR=192.0.2.7"
        #expect(host.run("unrecognized_command") == FakeHost.Answer(HK_V_CONT))
        #expect(host.identities.isEmpty)
    }

    @Test("A changed list is taken, a broken one names its line and leaves the old one in force") func reconfigures() {
        let host = host(from: "192.0.2.9")
        host.facts.argument = "ADDR=203.0.113.1"
        host.configure("xclient.hosts", "192.0.2.9\n")
        #expect(host.reconfigure() == nil)
        #expect(host.run("unrecognized_command")?.verdict == Int32(HK_V_OK))
        host.configure("xclient.hosts", "# mine\n192.0.2.0/33\n")
        #expect(host.reconfigure()?.contains("config/xclient.hosts:2: \"192.0.2.0/33\" is no network") == true)
        #expect(host.run("unrecognized_command")?.verdict == Int32(HK_V_OK))
    }
}
