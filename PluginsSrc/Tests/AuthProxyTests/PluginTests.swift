import AuthProxy
import Backend
import FakeHost
import PluginABI
import PluginKit
import Testing

@Suite struct PluginTests {
    private func load(_ text: String) -> (FakeHost, String?) {
        let host = FakeHost()
        host.configure("auth_proxy.ini", text)
        return (host, host.load(AuthProxy.self))
    }

    @Test("PLAIN and LOGIN are offered as soon as there is a domain")
    func offers() {
        let (host, complaint) = load("[domains]\nexample.com = mail.example.com:587\n")
        #expect(complaint == nil)
        #expect(host.run("capabilities") == FakeHost.Answer(HK_V_CONT))
        #expect(host.capabilities == ["AUTH PLAIN LOGIN"])
        #expect(host.logs == [])
    }

    @Test("Without a domain nothing is offered, and what weakens it is said")
    func warns() {
        let (host, complaint) = load("[core]\nallow_cleartext=true\ntls_verify=false\n")
        #expect(complaint == nil)
        #expect(host.run("capabilities") == FakeHost.Answer(HK_V_CONT))
        #expect(host.capabilities == [])
        #expect(host.logs.count == 3)
    }

    @Test(
        "What can't be meant is refused with its line",
        arguments: [
            ("[domains]\nexample.com=mail:0\n", ":2: \"mail:0\" of example.com is no HOST or HOST:PORT"),
            ("[domains]\na=b\nexample.com=\n", ":3: example.com has no server to ask"),
            ("[core]\ntimeout=0\n", ":2: timeout is \"0\", but must be 1 to 300 seconds"),
            ("[core]\ntls_verify=perhaps\n", ":2: core.tls_verify is \"perhaps\", but must be true or false"),
        ]
    ) func refuses(_ text: String, _ sentence: String) {
        #expect(load(text).1 == "config/auth_proxy.ini\(sentence)")
    }

    @Test("A changed file is taken whole or not at all")
    func reconfigures() {
        let (host, _) = load("[domains]\nexample.com = mail.example.com\n")
        host.configure("auth_proxy.ini", "[domains]\nexample.com = :\n")
        #expect(host.reconfigure() != nil)
        _ = host.run("capabilities")
        host.configure("auth_proxy.ini", "")
        #expect(host.reconfigure() == nil)
        _ = host.run("capabilities")
        #expect(host.capabilities == ["AUTH PLAIN LOGIN"])
    }

    @Test(
        "A server is a host with or without a port",
        arguments: [
            ("mail.example", "mail.example:25"), ("mail.example:587", "mail.example:587"),
            ("[2001:db8::1]", "[2001:db8::1]:25"), ("[2001:db8::1]:465", "[2001:db8::1]:465"),
            ("192.0.2.1:2525", "192.0.2.1:2525"), ("mail.example:", nil), ("mail.example:x", nil), (":25", nil),
            ("2001:db8::1", nil), ("[mail.example]:25", nil), ("[::1", nil), ("[::1]25", nil), ("mail/x", nil),
            ("mail.example:70000", nil), ("", nil),
        ]
    ) func remotes(_ text: String, _ shown: String?) { #expect(Remote(text).map { "\($0)" } == shown) }
}
