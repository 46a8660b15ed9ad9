import FakeHost
import Glibc
import PluginABI
import QueueQmailQueue
import Testing

@Suite struct PluginTests {
    private static let later = FakeHost.Answer(
        HK_V_DENYSOFT,
        451,
        "4.3.0",
        "The message cannot be queued now, try later"
    )

    /// A service whose program is a script; `@` in it is the service directory.
    private func service(_ script: String, _ ini: String = "") -> FakeHost {
        let host = FakeHost()
        let path = "\(host.directory)/program"
        host.configure("../program", "#!/bin/sh\n" + script.replacing("@", with: host.directory) + "\n")
        _ = unsafe chmod(path, 0o700)
        host.configure("qmail-queue.path", path + "\n")
        host.configure("qmail-queue.ini", ini)
        host.facts.sender = "me@example.org"
        host.facts.recipients = ["a@example.com", "b@example.net"]
        host.message = ["Subject: x\r\n\r\n", "te", "xt\r\n.dot\r\n"]
        #expect(host.load(QueueQmailQueue.self) == nil)
        #expect(host.logs == [])
        return host
    }

    @Test("The message comes on descriptor 0 with LF, the envelope on 1, and nothing else is open")
    func queues() {
        let host = service("cat > @/text; cat <&1 > @/envelope; ls /proc/self/fd > @/open; exit 0")
        #expect(host.run("queue") == FakeHost.Answer(HK_V_OK))
        #expect(contents(of: "\(host.directory)/text") == "Subject: x\n\ntext\n.dot\n")
        #expect(contents(of: "\(host.directory)/envelope") == "Fme@example.org\0Ta@example.com\0Tb@example.net\0\0")
        // 0 and 1, the /dev/null, and the folder that ls itself looks at.
        #expect(contents(of: "\(host.directory)/open") == "0\n1\n2\n3\n")
    }

    @Test(
        "What the program says by its end becomes the verdict",
        arguments: [
            (11, FakeHost.Answer(HK_V_DENY, 554, "5.1.3", "The message was refused")),
            (31, FakeHost.Answer(HK_V_DENY, 554, "5.3.0", "The message was refused")), (53, later), (71, later),
            (91, later),
        ]
    ) func ends(_ code: Int, _ answer: FakeHost.Answer) {
        #expect(service("cat > /dev/null; cat <&1 > /dev/null; exit \(code)").run("queue") == answer)
    }

    @Test("A program that ends without reading is judged by its code, and believed in no success")
    func early() {
        let big = String(repeating: "0123456789abcdef\r\n", count: 20_000)
        for (code, answer) in [
            (0, Self.later), (31, FakeHost.Answer(HK_V_DENY, 554, "5.3.0", "The message was refused")),
        ] {
            let host = service("exit \(code)")
            host.message = [big]
            #expect(host.run("queue") == answer)
        }
    }

    @Test("A program that hangs is ended with its children when its time is up", arguments: ["", "cat > /dev/null; "])
    func hangs(_ before: String) {
        let host = service("\(before)sleep 600 & echo $! > @/child; wait", "timeout = 1\n")
        host.message = [String(repeating: "x", count: 1 << 20)]
        #expect(host.run("queue") == Self.later)
        #expect(host.logs.last?.hasSuffix("it took too long and was ended") == true, "\(host.logs)")
        let child = contents(of: "\(host.directory)/child").flatMap { Int32($0.filter { $0 != "\n" }) } ?? 0
        #expect(child > 1)
        // Its end comes a moment later than the program's. Init reaps it; until then it is a zombie, which is dead as well.
        for _ in 0..<200 where contents(of: "/proc/\(child)/stat")?.contains(") Z ") == false { usleep(10_000) }
        let stat = contents(of: "/proc/\(child)/stat")
        #expect(stat == nil || stat?.contains(") Z ") == true || stat?.contains(") X ") == true)
    }

    @Test("When nobody waits any more it gets no envelope")
    func unwanted() {
        let host = service("cat > /dev/null; cat <&1 > @/envelope; exit 54")
        host.isLive = false
        #expect(host.run("queue") == Self.later)
        #expect((contents(of: "\(host.directory)/envelope") ?? "") == "")
    }

    @Test("A program that isn't there is said at the start, and mail is for later")
    func absent() {
        let host = FakeHost()
        host.configure("qmail-queue.path", "/nonexistent/qmail-queue\n")
        #expect(host.load(QueueQmailQueue.self) == nil)
        #expect(host.logs.count == 1)
        host.facts.recipients = ["a@example.com"]
        #expect(host.run("queue") == Self.later)
        #expect(host.logs.last?.contains("could not be started: No such file") == true, "\(host.logs)")
    }

    @Test("Relayed mail is taken unless that is switched off")
    func outbound() {
        let script = "cat > /dev/null; cat <&1 > /dev/null; exit 0"
        #expect(service(script).run("queue_outbound") == FakeHost.Answer(HK_V_OK))
        #expect(service(script, "enable_outbound=false\n").run("queue_outbound") == FakeHost.Answer(HK_V_CONT))
    }

    @Test("A path with a NUL in an address is refused for good, a relative program not loaded")
    func refuses() {
        let host = service("exit 0")
        host.facts.recipients = ["a\0b@example.com"]
        #expect(host.run("queue")?.verdict == Int32(HK_V_DENY))
        host.configure("qmail-queue.path", "qmail-queue -x\n")
        #expect(
            host.reconfigure()?.hasPrefix("config/qmail-queue.path:1: \"qmail-queue -x\" must be the whole path")
                == true
        )
    }
}
