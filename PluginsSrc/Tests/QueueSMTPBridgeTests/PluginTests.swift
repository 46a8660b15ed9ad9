import FakeHost
import PluginABI
import PluginKit
import QueueSMTPBridge
import Testing

@Suite struct PluginTests {
    @Test("A login is remembered for its client and its user only, and only while the client is there")
    func secrets() {
        let secrets = Secrets()
        secrets.keep("ada", "wrong", of: 1)
        secrets.keep("ada", "pencil", of: 1)
        secrets.keep("bob", "pen", of: 2)
        #expect(secrets.password(of: "ada", 1) == "pencil")
        #expect(secrets.password(of: "bob", 1) == nil)
        #expect(secrets.password(of: "ada", 2) == nil)
        secrets.forget(1)
        #expect(secrets.password(of: "ada", 1) == nil)
        #expect(secrets.count == 1)
    }

    @Test("It takes no part in the decision who may log in, and says nothing of what it hears")
    func silent() {
        let host = FakeHost()
        host.configure("smtp_bridge.ini", "")
        #expect(host.load(QueueSMTPBridge.self) == nil)
        host.facts.authUser = "ada"
        host.facts.authSecret = Array("pencil".utf8)
        #expect(host.run("auth_verify") == FakeHost.Answer(HK_V_CONT))
        #expect(host.notes.isEmpty && host.results == [] && host.logs == [])
    }

    private func send(_ ini: String) async -> FakeHost {
        let host = FakeHost()
        host.configure("smtp_bridge.ini", "host = 127.0.0.1\n" + ini)
        #expect(host.load(QueueSMTPBridge.self) == nil)
        host.facts.authUser = "ada"
        host.facts.authSecret = Array("pencil".utf8)
        _ = host.run("auth_verify")
        host.facts.recipients = ["a@x.example", "b@y.example", "c@y.example"]
        host.fates["b@y.example"] = FakeHost.Fate(HK_D_DEFERRED, 450, "4.2.0", "Greylisted")
        host.fates["c@y.example"] = FakeHost.Fate(HK_D_FAILED, 550, "5.1.1", "Nobody")
        #expect(await host.runLater("queue_outbound") == FakeHost.Answer(HK_V_OK, 0, "", "taken"))
        #expect(host.facts.dropped == [0])
        #expect(host.enqueued == 1)
        host.facts.domain = "y.example"
        return host
    }

    @Test("Who isn't taken while others are is reported to the sender, since the queue has no password")
    func reported() async {
        let host = await send("")
        let answer = FakeHost.Answer(
            HK_V_DENY,
            0,
            "",
            "b@y.example: 450 4.2.0 Greylisted\nc@y.example: 550 5.1.1 Nobody"
        )
        host.facts.recipients.removeFirst()
        host.facts.dropped = []
        #expect(host.run("get_mx") == answer)
        #expect(!host.notes.values.contains { $0.string?.contains("pencil") ?? false })
    }

    @Test("With a login of the configuration's own they are tried again there")
    func again() async {
        let host = await send("auth_user = front\nauth_pass = door\n")
        #expect(host.run("get_mx") == FakeHost.Answer(HK_V_OK))
        #expect(host.nextHops == ["127.0.0.1:25"])
        host.notes = [:]
        #expect(host.run("get_mx") == FakeHost.Answer(HK_V_CONT))
    }

    @Test("Passwords don't leave this machine in clear unless that is said")
    func refuses() {
        let host = FakeHost()
        host.configure("smtp_bridge.ini", "host = mx.example\nenable_tls = false\n")
        let sentence = "passwords would cross the network in clear; set enable_tls, or allow_cleartext=true"
        #expect(host.load(QueueSMTPBridge.self) == "config/smtp_bridge.ini:2: \(sentence)")
    }
}
