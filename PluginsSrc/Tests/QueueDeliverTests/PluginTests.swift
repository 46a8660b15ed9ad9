import FakeHost
import PluginABI
import QueueDeliver
import Testing

@Suite struct PluginTests {
    @Test("Relayed mail is put into the queue, other mail is left alone")
    func delivers() {
        let host = FakeHost()
        #expect(host.load(QueueDeliver.self) == nil)
        #expect(host.run("queue_outbound") == FakeHost.Answer(HK_V_CONT))
        #expect(host.enqueued == 0)
        host.facts.relaying = true
        #expect(host.run("queue_outbound") == FakeHost.Answer(HK_V_OK))
        #expect(host.enqueued == 1)
    }
}
