import AuthBridge
import FakeHost
import PluginABI
import Testing

@Suite struct PluginTests {
    @Test("PLAIN and LOGIN are offered")
    func offers() {
        let host = FakeHost()
        host.configure("smtp_bridge.ini", "host = mx.example\n")
        #expect(host.load(AuthBridge.self) == nil)
        #expect(host.run("capabilities") == FakeHost.Answer(HK_V_CONT))
        #expect(host.capabilities == ["AUTH PLAIN LOGIN"])
    }

    @Test("What can't be meant is refused with its line")
    func refuses() {
        let host = FakeHost()
        host.configure("smtp_bridge.ini", "auth_type = cram-md5\n")
        let sentence = "auth_type is \"cram-md5\", but must be plain or login"
        #expect(host.load(AuthBridge.self) == "config/smtp_bridge.ini:1: \(sentence)")
    }
}
