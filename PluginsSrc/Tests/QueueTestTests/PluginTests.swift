import FakeHost
import PluginABI
import QueueTest
import Testing

@Suite struct PluginTests {
    @Test("Each message lies in a file that the log names", arguments: ["", "path = deep/er/still\n"])
    func writes(_ ini: String) throws {
        let host = FakeHost()
        host.configure("test.ini", ini)
        #expect(host.load(QueueTest.self) == nil)
        host.message = ["Subject: x\r\n\r\n", "text\r\n"]
        #expect(host.run("queue") == FakeHost.Answer(HK_V_OK))
        #expect(host.run("queue") == FakeHost.Answer(HK_V_OK))
        let folder = "\(host.directory)/\(ini.isEmpty ? "state/test" : "deep/er/still")"
        let files = entries(of: folder)
        #expect(files.count == 2)
        for file in files {
            #expect(contents(of: "\(folder)/\(file)") == host.messageText)
            #expect(host.logs.contains("written to \(folder)/\(file)"))
        }
    }

    @Test("What cannot be written is for later") func fails() {
        let host = FakeHost()
        host.configure("test.ini", "path = config/test.ini/x\n")
        #expect(host.load(QueueTest.self) == nil)
        let later = FakeHost.Answer(HK_V_DENYSOFT, 451, "4.3.0", "The message cannot be written now, try later")
        #expect(host.run("queue") == later)
    }
}
