import FakeHost
import PluginABI
import PluginKit
import QueueDiscard
import Testing

@Suite struct PluginTests {
    @Test("Nothing is discarded unless a note says so", arguments: ["queue", "queue_outbound"])
    func discardsMarked(_ hook: String) {
        let host = FakeHost()
        #expect(host.load(QueueDiscard.self) == nil)
        #expect(host.run(hook) == FakeHost.Answer(HK_V_CONT))
        for (scope, note, verdict) in [
            (Facts.transaction, true, HK_V_OK), (Facts.transaction, false, HK_V_CONT), (Facts.session, true, HK_V_OK),
        ] {
            host.notes = ["\(scope) @discard": .bool(note)]
            #expect(host.run(hook) == FakeHost.Answer(verdict))
        }
    }

    @Test("With all=true everything is, and the log warns of it") func discardsAll() {
        let host = FakeHost()
        host.configure("discard.ini", "all=true\n")
        #expect(host.load(QueueDiscard.self) == nil)
        #expect(host.logs.contains { $0.contains("all=true") })
        #expect(host.run("queue") == FakeHost.Answer(HK_V_OK))
        host.configure("discard.ini", "all=false\n")
        #expect(host.reconfigure() == nil)
        #expect(host.run("queue") == FakeHost.Answer(HK_V_CONT))
    }

    @Test("A value that is no truth refuses the plugin") func refuses() {
        let host = FakeHost()
        host.configure("discard.ini", "all=some\n")
        #expect(
            host.load(QueueDiscard.self)?.contains(
                "config/discard.ini:1: all is \"some\", but must be true or false"
            ) == true
        )
    }
}
