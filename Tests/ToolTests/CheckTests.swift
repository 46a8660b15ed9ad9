import System
import Testing

@Suite struct CheckTests {
    private let bench: ToolBench

    init() throws { bench = try ToolBench() }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let plugin: SamplePlugin
        /// Part of the FAIL line.
        let failure: String
        /// Part of the line below it.
        let fix: String

        init(_ name: String, _ failure: String, fix: String, _ change: (inout SamplePlugin) -> Void) {
            testDescription = name
            var plugin = SamplePlugin()
            change(&plugin)
            self.plugin = plugin
            self.failure = failure
            self.fix = fix
        }
    }

    static let cases = [
        Case("unknown hook", "there is no hook rcpt_too", fix: "hooks.md") { $0.hook = "\"rcpt_too\", \"i(args:p)\"" },
        Case("no signature", "form i(name:type", fix: "hooks.md") { $0.hook = "\"rcpt\", \"v()\"" },
        Case("wrong type", "\"rcpt_domain\" is of type s", fix: "hooks.md") {
            $0.hook = "\"rcpt\", \"i(rcpt_domain:U)\""
        },
        Case("not offered", "offers no \"rcpt_user\"", fix: "hooks.md") { $0.hook = "\"mail\", \"i(rcpt_user:s)\"" },
        Case("priority", "priority 101", fix: "hooks.md") { $0.priority = "101" },
        Case("hook flags", "flags that this host", fix: "hooks.md") { $0.flags = "1u << 9" },
        Case("inline and serial", "INLINE in a SERIAL plugin", fix: "hooks.md") {
            $0.flags = "HK_HF_INLINE"
            $0.descriptor = "sizeof(hk_plugin), 1, 0, HK_PF_SERIAL, HK_ABI_DRAFT"
        },
        Case("other draft", "draft 99 of the ABI", fix: "Rebuild it with this server's SDK") {
            $0.descriptor = "sizeof(hk_plugin), 1, 0, 0, 99"
        },
        Case("other major", "descriptor of 2", fix: "HK_ABI_MAJOR") {
            $0.descriptor = "sizeof(hk_plugin), 2, 0, 0, HK_ABI_DRAFT"
        },
        Case("later minor", "needs a host of minor version 7", fix: "Update the server") {
            $0.descriptor = "sizeof(hk_plugin), 1, 7, 0, HK_ABI_DRAFT"
        },
        Case("small descriptor", "struct_size is 16", fix: "sizeof(hk_plugin)") {
            $0.descriptor = "16, 1, 0, 0, HK_ABI_DRAFT"
        },
        Case("bad id", "its id \"a b\"", fix: "1 to 127") { $0.identity = "S(\"a b\"), S(\"1\")" },
        Case("no create", "its create is NULL", fix: "a function create") { $0.functions = "0" },
        Case("entry gives NULL", "needs a newer host", fix: "SDK") { $0.entry = "return 0;" },
        Case("entry shuns later hosts", "NULL to a host of a later minor", fix: "host_minor") {
            $0.entry = "return host_minor > HK_ABI_MINOR ? 0 : &plugin;"
        },
        Case("entry gives copies", "another descriptor", fix: "one constant") {
            $0.entry = "hk_plugin *copy = malloc(sizeof(plugin)); *copy = plugin; return copy;"
        },
        Case("silent refusal", "create answers -4 without a word", fix: "administrator") {
            $0.create = "return HK_E_NOT_FOUND;"
        },
        Case("crash in create", "create crashed: killed by", fix: "gdb") { $0.create = "*(volatile int *)0 = 1;" },
        Case("crash in destroy", "destroy crashed: killed by SIGABRT", fix: "gdb") { $0.destroy = "abort();" },
        Case("crash in a constructor", "dlopen with its constructors crashed", fix: "gdb") {
            $0.before = "__attribute__((constructor)) static void early(void) { abort(); }"
        },
        Case("exit", "create ended the process with exit code 3", fix: "never call exit") { $0.create = "_exit(3);" },
        Case("quiet exit", "create ended the process with exit code 0", fix: "never call exit") {
            $0.create = "exit(0);"
        },
        Case("hang", "create did not return within 1 s", fix: "return soon") { $0.create = "for (;;) pause();" },
        Case("no look at NULL", "with a host without extensions: create crashed", fix: "gdb") {
            $0.create = "hooks->describe(host->ctx, \"rcpt\", (hk_sink){0});"
        },
        Case("unresolved", "nobody provides haraka_server_function", fix: "hk_host") {
            $0.before = "extern void haraka_server_function(void);"
            $0.create = "haraka_server_function();"
        },
    ]

    @Test(arguments: cases)
    func tellsWhatBreaksTheContract(example: Case) throws {
        let file = try bench.library("sample.so", example.plugin.source)
        let outcome = try bench.tool("check", file, "--deadline", "1")
        #expect(outcome.code == 1, "\(outcome.out) \(outcome.err)")
        let lines = outcome.out.split(separator: "\n")
        let failure = lines.firstIndex { $0.hasPrefix("FAIL") && $0.contains(example.failure) }
        guard let failure else {
            Issue.record("\(outcome.out) \(outcome.err)")
            return
        }
        #expect(lines[failure + 1].contains("->") && lines[failure + 1].contains(example.fix), "\(outcome.out)")
    }

    @Test(arguments: [
        "\"rcpt\", \"i(args:p)\"", "\"rcpt\", \"i()\"", "\"auth_verify\", \"i(ud:p,auth_secret:B,auth_user:s,call:U)\"",
        "\"delivered\", \"i(delay_ms:U,next_port:i)\"", "\"connect\", \"i(relaying:b)\"",
    ])
    func acceptsAPluginThatKeepsTheContract(hook: String) throws {
        let file = try bench.library("sample.so", SamplePlugin(hook: hook).source)
        let outcome = try bench.tool("check", file)
        #expect(outcome.code == 0, "\(outcome.out) \(outcome.err)")
        #expect(outcome.out.hasSuffix("15 ok, 0 warnings, 0 failures\n"), "\(outcome.out)")
    }

    @Test func acceptsAnOptionalHookThatThisServerDoesNotHave() throws {
        let plugin = SamplePlugin(hook: "\"from_the_future\", \"i(args:p)\"", flags: "HK_HF_OPTIONAL")
        #expect(try bench.tool("check", bench.library("sample.so", plugin.source)).code == 0)
    }

    @Test(arguments: [
        (SamplePlugin(before: "HK_EXPORT int also_visible;"), "1 symbols beside haraka_plugin_v1: also_visible"),
        (SamplePlugin(create: "strcpy(err->text, \"set the key\"); return HK_E_INVALID;"), "refuses with an empty"),
        (SamplePlugin(create: "return 0;"), "registers no hook"),
    ])
    func warnsWithoutFailing(plugin: SamplePlugin, warning: String) throws {
        let outcome = try bench.tool("check", bench.library("sample.so", plugin.source))
        #expect(outcome.code == 0, "\(outcome.out) \(outcome.err)")
        #expect(outcome.out.contains("warn  ") && outcome.out.contains(warning), "\(outcome.out)")
    }

    @Test func warnsOfFoldersThatOtherMachinesLack() throws {
        let file = try bench.library("sample.so", SamplePlugin().source, flags: ["-Wl,-rpath,/opt/toolchain"])
        let outcome = try bench.tool("check", file)
        #expect(outcome.code == 0 && outcome.out.contains("looks for libraries in /opt/toolchain"), "\(outcome.out)")
    }

    @Test func runsNoCodeOfAnImageThatIsRefused() throws {
        let mark = bench.path + "/ran"
        let plugin = SamplePlugin(
            before: "__attribute__((constructor)) static void early(void) { fopen(\"\(mark)\", \"w\"); }"
        )
        let file = try bench.library("sample.so", plugin.source, flags: ["-z", "execstack"])
        let outcome = try bench.tool("check", file)
        #expect(outcome.code == 1 && outcome.out.contains("executable stacks"))
        #expect(!Files.canRead(mark))
    }
}
