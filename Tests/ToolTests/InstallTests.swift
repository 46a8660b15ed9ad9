import Glibc
import System
import Testing

@Suite struct InstallTests {
    private let bench: ToolBench

    init() throws { bench = try ToolBench() }

    private func sample(_ name: String = "libsample.so") throws -> String {
        try bench.library(name, SamplePlugin().source)
    }

    @Test func putsANewFileInPlaceOfTheOld() throws {
        let (file, service) = (try sample(), try bench.service())
        let first = try bench.tool("install", file, "-c", service)
        #expect(
            first.code == 0 && first.out.contains("Add this line to \(service)/config/plugins to use it:\nsample\n")
        )
        let target = service + "/plugins/sample.so"
        let before = try FileFacts.of(target)
        #expect(before.mode == 0o755)
        #expect(try bench.tool("install", file, "--config", service).code == 0)
        // A running server may have the old one open: it must not be written to.
        #expect(try FileFacts.of(target).inode != before.inode)
        #expect(try FileDescriptor.open(service + "/plugins", [.directory]).entries().map(\.name) == ["sample.so"])
        #expect(!Files.canRead(service + "/config/plugins"))
    }

    @Test func appendsItsLineOnceAndKeepsTheOthers() throws {
        let (file, service) = (try sample(), try bench.service())
        let list = service + "/config/plugins"
        try Files.replace(list, with: Array("# ours\nrelay\n#queue/sample\nqueue/discard".utf8), mode: 0o640)
        for _ in 0..<2 {
            #expect(try bench.tool("install", file, "-c", service, "--name", "queue/sample", "--enable").code == 0)
        }
        #expect(try bench.text(list) == "# ours\nrelay\n#queue/sample\nqueue/discard\nqueue/sample\n")
        #expect(try FileFacts.of(list).mode == 0o640)
        #expect(Files.canRead(service + "/plugins/queue/sample.so"))
    }

    @Test func installsNothingThatBreaksTheContract() throws {
        let service = try bench.service()
        let file = try bench.library("bad.so", SamplePlugin(create: "abort();").source)
        let outcome = try bench.tool("install", file, "-c", service, "--enable")
        #expect(
            outcome.code == 1 && outcome.err.contains("create crashed") && outcome.err.contains("nothing was installed")
        )
        #expect(!Files.canRead(service + "/plugins") && !Files.canRead(service + "/config/plugins"))
        // The file alone is in order.
        #expect(try bench.tool("install", file, "-c", service, "--no-run").code == 0)
    }

    @Test func asksForANameWhereTheFileHasNone() throws {
        let service = try bench.service()
        for (file, sentence) in [
            (try sample("libplugin.so"), "say with --name"), (try sample("sample.dylib"), "does not end in .so"),
        ] {
            let outcome = try bench.tool("install", file, "-c", service)
            #expect(outcome.code == 1 && outcome.err.contains(sentence), "\(outcome.err)")
        }
        let outcome = try bench.tool("install", sample(), "-c", service, "--name", "../../etc/x")
        #expect(outcome.code == 1 && outcome.err.contains("is no name for a plugin"))
    }

    @Test func saysWhenTheServerWouldNotLoadItFromThere() throws {
        let service = try bench.service()
        try Files.makeDirectory(service + "/plugins")
        try #require(unsafe chmod(service + "/plugins", 0o777) == 0)
        let outcome = try bench.tool("install", sample(), "-c", service)
        #expect(outcome.code == 0 && outcome.err.contains("chmod go-w \(service)/plugins"), "\(outcome.err)")
    }

    @Test func wantsAServiceDirectory() throws {
        let outcome = try bench.tool("install", sample(), "-c", bench.path)
        #expect(outcome.code == 1 && outcome.err.contains("haraka -i"))
    }
}
