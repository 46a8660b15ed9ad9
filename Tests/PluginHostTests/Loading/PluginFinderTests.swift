import System
import Testing

@testable import PluginHost

@Suite struct PluginFinderTests {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private var finder: PluginFinder {
        PluginFinder(directories: [bench.path + "/service", bench.path + "/installation"])
    }

    @Test(arguments: [
        ("queue/smtp_forward", "service/queue/smtp_forward.so"),
        ("queue/smtp_forward", "service/queue.smtp_forward.so"),
        ("queue/smtp_forward", "installation/libqueue.smtp_forward.so"),
        ("rcpt_to.disposable", "service/rcpt_to.disposable.so"),
        ("hello", "installation/libhello.so"),
        ("a/b/c", "service/a.b.c.so"),
    ])
    func findsEachFileThatANameMayMean(name: String, file: String) throws {
        let path = try bench.write(file)
        #expect(try finder.find(name) == path)
    }

    @Test func prefersTheServiceAndThenTheShortestDetour() throws {
        let files = [
            "installation/libq.x.so", "installation/q.x.so", "installation/q/x.so",
            "service/libq.x.so", "service/q.x.so", "service/q/x.so",
        ]
        for file in files {
            let path = try bench.write(file)
            #expect(try finder.find("q/x") == path)
        }
    }

    @Test(arguments: [
        "", "/etc/x", "../x", "a/../b", "a//b", "a/", "a b", "a\0b", ".hidden", "a/.b", "-x", "a..b", "x.so", "x.js",
        "ä",
        "a\\b", "a\nb", String(repeating: "a", count: 129),
    ])
    func refusesWhatIsNoName(name: String) throws {
        let refusal = #expect(throws: PluginRefusal.self) { try finder.find(name) }
        #expect(refusal?.step == .find)
        #expect(refusal?.reason.contains("plugin's name") == true)
    }

    @Test func sendsTheAuthorOfAJavaScriptPluginOn() throws {
        for (name, file) in [("greylist", "service/greylist.js"), ("karma", "service/karma/index.js")] {
            let path = try bench.write(file)
            let refusal = try #require(throws: PluginRefusal.self) { try finder.find(name) }
            #expect(refusal.reason.contains(path + " is a JavaScript plugin of Haraka"))
            #expect(refusal.fix.contains("haraka-plugin new " + name))
        }
    }

    @Test func namesEveryPlaceWhereAMissingPluginCouldBe() throws {
        let refusal = try #require(throws: PluginRefusal.self) { try finder.find("queue/none") }
        let text = "\(refusal)"
        for part in ["queue/none.so", "queue.none.so", "libqueue.none.so", "/service", "/installation", "install FILE"]
        {
            #expect(text.contains(part), "\(text)")
        }
    }

    @Test func tellsALinkToNowhere() throws {
        _ = try bench.write("service/other")
        try Files.makeLink(bench.path + "/service/x.so", to: "gone.so")
        let refusal = try #require(throws: PluginRefusal.self) { try finder.find("x") }
        #expect(refusal.reason.contains("link to a file that is not there"))
    }
}
