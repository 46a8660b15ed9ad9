import FakeHost
import PluginABI
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

    @Test("Passwords don't leave this machine in clear unless that is said")
    func refuses() {
        let host = FakeHost()
        host.configure("smtp_bridge.ini", "host = mx.example\nenable_tls = false\n")
        let sentence = "passwords would cross the network in clear; set enable_tls, or allow_cleartext=true"
        #expect(host.load(QueueSMTPBridge.self) == "config/smtp_bridge.ini:2: \(sentence)")
    }
}
