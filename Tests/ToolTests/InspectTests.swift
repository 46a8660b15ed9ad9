import System
import Testing

@Suite struct InspectTests {
    private let bench: ToolBench

    init() throws { bench = try ToolBench() }

    @Test func showsTheFileWithoutRunningIt() throws {
        // Root's tool runs the plugin as another user, who can write to /tmp but not to the bench.
        let mark = "/tmp/haraka-ran-\(Randomness.word(count: 16))"
        defer { try? Files.remove(mark) }
        let plugin = SamplePlugin(
            before: "__attribute__((constructor)) static void early(void) { fopen(\"\(mark)\", \"w\"); }"
        )
        let file = try bench.library("sample.so", plugin.source, flags: ["-lm", "-Wl,--no-as-needed"])
        let outcome = try bench.tool("inspect", file)
        #expect(outcome.code == 0, "\(outcome.err)")
        for part in [
            "plugin ABI  1\n", "exports     haraka_plugin_v1\n", "libc.so.6", "unresolved  -", "note        -",
        ] {
            #expect(outcome.out.contains(part), "\(outcome.out)")
        }
        #expect(!Files.canRead(mark))
        #expect(try bench.tool("inspect", "--run", file).code == 0)
        #expect(Files.canRead(mark))
    }

    @Test func showsWhatAPluginRegisters() throws {
        let plugin = SamplePlugin(
            create: "host->log(host->ctx, HK_LOG_INFO, 0, (hk_str)S(\"hello\"));",
            hook: "\"rcpt\", \"i(ud:p,call:U,rcpt_domain:s)\"",
            flags: "HK_HF_INLINE",
            priority: "-5"
        )
        let outcome = try bench.tool("inspect", "--run", bench.library("sample.so", plugin.source))
        for part in [
            "org.example.sample 1.0", "ABI 1.0, draft", "RELOADABLE", "asks for    haraka.hooks/1",
            "rcpt i(ud:p,call:U,rcpt_domain:s), priority -5, INLINE", "trouble     -",
        ] {
            #expect(outcome.out.contains(part), "\(outcome.out)")
        }
        #expect(outcome.err.contains("[info] hello"))
    }

    @Test func writesOneJSONObject() throws {
        let outcome = try bench.tool("inspect", "--run", "--json", bench.library("sample.so", SamplePlugin().source))
        #expect(outcome.out.hasPrefix("{") && outcome.out.hasSuffix("}\n"))
        #expect(outcome.out.split(separator: "\n").count == 1)
        for part in [
            "\"majors\":[1]", "\"exports\":[\"haraka_plugin_v1\"]", "\"hook\":\"rcpt\"",
            "\"id\":\"org.example.sample\"",
        ] {
            #expect(outcome.out.contains(part), "\(outcome.out)")
        }
    }

    @Test func tellsACrashAndGoesOn() throws {
        let plugin = SamplePlugin(create: "abort();")
        let outcome = try bench.tool("inspect", "--run", bench.library("sample.so", plugin.source))
        #expect(outcome.code == 1)
        #expect(outcome.out.contains("create crashed: killed by SIGABRT") && outcome.out.contains("org.example.sample"))
    }

    @Test func showsTheFactsOfAnImageThatTheServerWouldRefuse() throws {
        let file = try bench.library(
            "other.so",
            "__attribute__((visibility(\"default\"))) int haraka_plugin_v2() { return 0; }"
        )
        let outcome = try bench.tool("inspect", file)
        #expect(
            outcome.code == 0 && outcome.out.contains("plugin ABI  2") && outcome.out.contains("needs a newer host")
        )
        let run = try bench.tool("inspect", "--run", file)
        #expect(run.code == 1 && run.err.contains("It is not run"))
    }

    @Test func tellsInOneSentenceWhatIsNoPlugin() throws {
        let half = try Array(Files.read(bench.library("sample.so", SamplePlugin().source)).prefix(5_000))
        try Files.replace(bench.path + "/half.so", with: half)
        for (path, sentence) in [
            (bench.path + "/half.so", "written half?"), ("/etc/passwd", "it is a text"),
            ("/nowhere.so", "No such file"),
        ] {
            let outcome = try bench.tool("inspect", path)
            #expect(outcome.code == 1 && outcome.out.isEmpty)
            #expect(outcome.err.hasPrefix("Error: ") && outcome.err.contains(sentence), "\(outcome.err)")
            #expect(outcome.err.split(separator: "\n").count == 1)
        }
    }

    @Test(arguments: [
        ["inspect"], ["new", "x", "--language", "cobol"], ["fly"], ["check", "a", "b"], ["install", "a.so"],
    ])
    func answersAWrongUseWith64(words: [String]) throws {
        #expect(try bench.run([ToolBench.tool()] + words).code == 64)
    }
}
