import Hooks
import Testing

@testable import PluginHost

@Suite(.enabled(if: CPlugin.missing == nil, "a C compiler is needed"))
struct LoadTests {
    private static let plain = "static int32_t f(const hk_args *a) { return HK_V_OK; }\n"

    private func failure(
        _ source: String,
        defines: [String] = [],
        withPrelude: Bool = true,
        _ timings: Timings = Timings()
    ) throws -> LoadFailure {
        let plugin = try CPlugin("bad", source, defines: defines, withPrelude: withPrelude)
        let bench = Bench(timings)
        let failure = try #require(throws: LoadFailure.self) { try bench.load(plugin) }
        #expect(bench.host.table.plugins.isEmpty)
        #expect(failure.plugin == "bad")
        return failure
    }

    /// An entry whose descriptor is wrong in one thing.
    @Test(
        arguments: [
            ("p.draft = 99", "draft 99", "rebuild with this SDK"),
            ("p.abi_major = 2", "major 2", "rebuild with this SDK"),
            ("p.struct_size = 40", "struct_size 40", "rebuild with this SDK"), ("p.create = NULL", "no create", "set"),
            ("p.id = none", "id is not", "set hk_plugin.id"), ("p.id = S(\"a b\")", "id is not", "set hk_plugin.id"),
            ("return NULL", "newer than", "upgrade the server"),
        ]
    )
    func `a descriptor that doesn't fit is refused with what mends it`(
        change: String,
        reason: String,
        fix: String
    ) throws {
        let failure = try failure(
            #"""
            static hk_status create(const hk_host *h, void **state, hk_error *err) { return 0; }
            const hk_plugin *haraka_plugin_v1(uint16_t minor) {
                static hk_plugin p = {.struct_size = sizeof p, .abi_major = 1, .draft = HK_ABI_DRAFT, .create = create};
                p.id = S("x");
                CHANGE;
                return &p;
            }
            """#,
            defines: ["CHANGE=\(change)"]
        )
        #expect(failure.step == .entry)
        #expect(failure.reason.contains(reason))
        #expect(failure.fix.contains(fix))
    }

    @Test func `an image without the entry, and a file that is none, are refused`() throws {
        #expect(try failure("int x;", withPrelude: false).step == .entry)
        let bench = Bench()
        let image = StagedImage(name: "gone", source: "/none.so", path: "/none.so", sha256: "0")
        let missing = try #require(throws: LoadFailure.self) {
            try bench.load([PluginEntry(name: "gone", image: image)])
        }
        #expect(missing.step == .open)
        #expect(missing.reason.contains("/none.so"))
    }

    @Test func `a shorter descriptor of an older header is taken, its later functions are absent`() throws {
        let plugin = try CPlugin(
            "old",
            Self.plain + #"""
                static hk_status create(const hk_host *h, void **state, hk_error *err) { boot(h); ON("connect", "i(args:p)", f); return 0; }
                const hk_plugin *haraka_plugin_v1(uint16_t minor) {
                    static hk_plugin p = {.abi_major = 1, .draft = HK_ABI_DRAFT, .create = create, .start = (void *)1, .destroy = (void *)1};
                    p.struct_size = offsetof(hk_plugin, start);
                    p.id = S("old");
                    return &p;
                }
                """#
        )
        let bench = Bench()
        try bench.load(plugin)
        #expect(bench.session().run(.connect).code == .ok)
        bench.host.shutdown(within: .seconds(5))
    }

    @Test func `a create that refuses is told in its own words`() throws {
        let failure = try failure(
            #"""
            static hk_status create(const hk_host *h, void **state, hk_error *err) { boot(h); return refuse(err, "no disk\n!"); }
            PLUGIN(0, create, NULL, NULL, NULL, NULL)
            """#
        )
        #expect(failure.step == .create)
        #expect(failure.reason == "it refused: no disk\\x0a! (status -11)")
    }

    @Test func `a create that refuses without words is told with the host's`() throws {
        let failure = try failure(
            Self.plain + #"""
                static hk_status create(const hk_host *h, void **state, hk_error *err) { boot(h); return ON("connect", "i(x:s)", f); }
                PLUGIN(0, create, NULL, NULL, NULL, NULL)
                """#
        )
        #expect(failure.reason.contains("hook connect offers no \"x\""))
    }

    @Test(arguments: ["create", "start", "constructor"])
    func `one that hangs is given up at its deadline`(step: String) throws {
        var timings = Timings()
        timings.creation = .milliseconds(100)
        let failure = try failure(
            #"""
            static void hang(void) { for (;;) pause(); }
            #if WHERE == 2
            __attribute__((constructor)) static void c(void) { usleep(400000); }
            #endif
            static hk_status create(const hk_host *h, void **state, hk_error *err) { if (WHERE == 0) hang(); return 0; }
            static hk_status start(void *state, hk_error *err) { if (WHERE == 1) hang(); return 0; }
            PLUGIN(0, create, start, NULL, NULL, NULL)
            """#,
            defines: ["WHERE=\(["create", "start", "constructor"].firstIndex(of: step) ?? 0)"],
            timings
        )
        #expect(failure.step == ["create": .create, "start": .start, "constructor": .open][step])
        #expect(failure.reason.contains("did not return"))
    }

    @Test func `nothing of a list is taken when one is bad, and what was created is destroyed`() throws {
        let good = try CPlugin(
            "good",
            #"""
            static hk_status create(const hk_host *h, void **state, hk_error *err) { boot(h); say("create"); return 0; }
            static hk_status start(void *s, hk_error *err) { say("start"); return 0; }
            static void destroy(void *s) { say("destroy"); }
            PLUGIN(0, create, start, NULL, NULL, destroy)
            """#,
            defines: ["ID=\"good\""]
        )
        let bad = try CPlugin(
            "bad",
            #"""
            static hk_status create(const hk_host *h, void **state, hk_error *err) { boot(h); say("create bad"); return 0; }
            static hk_status start(void *s, hk_error *err) { return refuse(err, "no"); }
            static void destroy(void *s) { say("destroy bad"); }
            PLUGIN(0, create, start, NULL, NULL, destroy)
            """#
        )
        let bench = Bench()
        let failure = try #require(throws: LoadFailure.self) { try bench.load(good, bad) }
        #expect(failure.step == .start)
        #expect(bench.log.wait(for: "destroy bad") != nil)
        #expect(bench.log.wait(for: "destroy", count: 2) != nil)
        #expect(bench.log.texts.prefix(3) == ["create", "create bad", "start"])
        #expect(bench.host.table.plugins.isEmpty)
        let report = try bench.load([Bench.entry(good), Bench.entry(bad)], ignoreBad: true)
        #expect(report.loaded == ["good"])
        #expect(report.skipped.map(\.plugin) == ["bad"])
        #expect(bench.host.table.plugins.map(\.name) == ["good"])
    }

    @Test func `a list that fails before create destroys nobody`() throws {
        let source = #"""
            static hk_status create(const hk_host *h, void **state, hk_error *err) { boot(h); return refuse(err, "no"); }
            static void destroy(void *s) { abort(); }
            PLUGIN(0, create, NULL, NULL, destroy, destroy)
            """#
        let bad = try CPlugin("bad", source, defines: ["ID=\"bad\""])
        let behind = try CPlugin("behind", source, defines: ["ID=\"behind\""])
        let bench = Bench()
        #expect(throws: LoadFailure.self) { try bench.load(bad, behind) }
        #expect(throws: LoadFailure.self) { try bench.load(behind, behind) }
        #expect(try bench.load([Bench.entry(bad), Bench.entry(behind)], ignoreBad: true).skipped.count == 2)
        bench.host.shutdown(within: .seconds(5))
    }

    @Test func `two plugins of one id, and one listed twice, are refused`() throws {
        let source = Self.plain + #"SIMPLE(0, ON("connect", "i(args:p)", f))"#
        let one = try CPlugin("one", source)
        let two = try CPlugin("two", source)
        let bench = Bench()
        #expect(throws: LoadFailure.self) { try bench.load(one, two) }
        #expect(throws: LoadFailure.self) { try bench.load(one, one) }
        #expect(try bench.load([Bench.entry(one), Bench.entry(two)], ignoreBad: true).loaded == ["one"])
    }

    // MARK: Generations

    /// Answers OK and tells its life; VERSION tells images apart.
    private static let generation = #"""
        static int32_t f(const hk_args *a) { say("asked " VERSION); return HK_V_OK; }
        static hk_status create(const hk_host *h, void **state, hk_error *err) {
            boot(h); say("create " VERSION); ON("connect", "i(args:p)", f, .flags = HK_HF_INLINE); return BAD ? refuse(err, "bad") : 0; }
        static void drain(void *s) { say("drain " VERSION); }
        static void destroy(void *s) { say("destroy " VERSION); }
        int64_t late(uint64_t x) {
            int64_t sum = 0;
            sum += calls->reply(H->ctx, 1, 0, none, none) == HK_E_SHUTDOWN;
            sum += H->complete(H->ctx, 1, HK_V_OK, none) == HK_E_SHUTDOWN;
            sum += exec->post(H->ctx, NULL, NULL) == HK_E_SHUTDOWN;
            sum += config->directory(H->ctx, NULL, 0, NULL) == HK_E_SHUTDOWN;
            sum += notes->result(H->ctx, 1, "pass", none) == HK_E_SHUTDOWN;
            sum += message->edit(H->ctx, 1, 1, none, none, 0) == HK_E_SHUTDOWN;
            sum += session->rcpt_drop(H->ctx, 1, 0) == HK_E_SHUTDOWN;
            sum += hooks->add(H->ctx, NULL) == HK_E_SHUTDOWN;
            sum += H->get_extension(H->ctx, "haraka.calls/1") == NULL;
            return sum; }
        PLUGIN(FLAGS, create, NULL, NULL, drain, destroy)
        """#

    private func generation(_ version: String, flags: String = "HK_PF_RELOADABLE", bad: Bool = false) throws -> CPlugin
    {
        try CPlugin(
            "p",
            Self.generation,
            defines: ["VERSION=\"\(version)\"", "FLAGS=\(flags)", "BAD=\(bad ? 1 : 0)"]
        )
    }

    @Test func `a new generation serves new sessions; the old one ends once, with its last session`() throws {
        let bench = Bench()
        let one = try generation("1")
        let two = try generation("2")
        try bench.load(one)
        let old = bench.session("OLD")
        let older = bench.session("OLDER")
        #expect(try bench.load(two).replaced == ["p"])
        let new = bench.session("NEW")
        _ = old.run(.connect)
        _ = new.run(.connect)
        #expect(bench.log.texts == ["create 1", "create 2", "asked 1", "asked 2"])
        old.plugins.close()
        _ = consume old
        _ = older.run(.connect)
        #expect(!bench.log.texts.contains("destroy 1"))
        older.plugins.close()
        withExtendedLifetime(older) {}
        _ = consume older
        #expect(bench.log.wait(for: "destroy 1") != nil)
        #expect(bench.log.texts.filter { $0.hasSuffix("1") }.suffix(2) == ["drain 1", "destroy 1"])
        #expect(waitForShutdown(one) == 9)
        #expect(two.call("late") == 0)
        bench.host.shutdown(within: .seconds(1))
        #expect(!bench.log.texts.contains("destroy 2"))
        withExtendedLifetime(new) {}
    }

    /// The word is said from inside destroy; the instance is gone a moment later.
    private func waitForShutdown(_ plugin: CPlugin) -> Int64 {
        let start = Instant.now
        while Instant.now.since(start) < 10_000_000_000 {
            let sum = plugin.call("late")
            if sum == 9 { return sum }
        }
        return plugin.call("late")
    }

    @Test func `a new generation that fails leaves the old one serving`() throws {
        let bench = Bench()
        try bench.load(generation("1"))
        let bad = try generation("2", bad: true)
        #expect(throws: LoadFailure.self) { try bench.load(bad) }
        #expect(bench.session().run(.connect).code == .ok)
        let report = try bench.load([Bench.entry(bad)], ignoreBad: true)
        #expect(report.skipped.count == 1)
        #expect(bench.session().run(.connect).code == .ok)
        #expect(bench.log.texts.last == "asked 1")
    }

    @Test func `new bytes of a plugin that isn't RELOADABLE need a restart`() throws {
        let bench = Bench()
        try bench.load(generation("1", flags: "0"))
        let report = try bench.load(generation("2", flags: "0"))
        #expect(report.needsRestart.map(\.plugin) == ["p"])
        #expect(report.needsRestart.first?.sentence.contains("needs a restart") == true)
        _ = bench.session().run(.connect)
        #expect(bench.log.texts == ["create 1", "asked 1"])
    }

    @Test func `the same bytes are kept, and a changed configuration is a new generation when there is no reconfigure`()
        throws
    {
        let bench = Bench()
        let plugin = try generation("1")
        try bench.load(plugin)
        #expect(try bench.load(plugin).kept == ["p"])
        #expect(bench.log.texts == ["create 1"])
        #expect(try bench.load([Bench.entry(plugin)], changed: ["p"]).replaced == ["p"])
        #expect(bench.log.wait(for: "destroy 1") != nil)
        #expect(bench.log.texts.filter { $0 == "create 1" }.count == 2)
        #expect(bench.session().run(.connect).code == .ok)
        let fixed = try generation("3", flags: "0")
        let other = Bench()
        try other.load(fixed)
        #expect(try other.load([Bench.entry(fixed)], changed: ["p"]).needsRestart.map(\.plugin) == ["p"])
    }

    @Test func `a removed plugin is drained and destroyed`() throws {
        let bench = Bench()
        try bench.load(generation("1"))
        #expect(try bench.load([]).removed == ["p"])
        #expect(bench.log.wait(for: "destroy 1") != nil)
        #expect(bench.session().run(.connect) == .nobody)
    }

    @Test func `shutdown ends them all and answers what comes later`() throws {
        let bench = Bench()
        let plugin = try generation("1")
        try bench.load(plugin)
        bench.host.shutdown(within: .seconds(10))
        #expect(bench.log.texts == ["create 1", "drain 1", "destroy 1"])
        #expect(waitForShutdown(plugin) == 9)
    }

    @Test func `a configuration is taken by reconfigure, and the old one stays when it refuses`() throws {
        let plugin = try CPlugin(
            "p",
            #"""
            static void show(const char *what) {
                char buf[20]; hk_value v; size_t need = 0;
                int s = config->get(H->ctx, S("p.ini:x"), &v, buf, sizeof buf, &need);
                say("%s %d %.*s", what, s, (int)need, buf);
            }
            static int32_t f(const hk_args *a) { show("asked"); return HK_V_OK; }
            static hk_status create(const hk_host *h, void **state, hk_error *err) { boot(h); show("create"); ON("connect", "i(args:p)", f); return 0; }
            static hk_status reconfigure(void *s, hk_error *err) {
                char buf[20]; hk_value v; size_t need = 0;
                config->get(H->ctx, S("p.ini:x"), &v, buf, sizeof buf, &need);
                show("reconfigure");
                return buf[0] == 'b' ? refuse(err, "bad value") : 0;
            }
            PLUGIN(0, create, NULL, reconfigure, NULL, NULL)
            """#
        )
        let bench = Bench()
        bench.configure { $0.values["p.ini:x"] = .text("one") }
        try bench.load(plugin)
        let session = bench.session()
        bench.configure { $0.values["p.ini:x"] = .text("two") }
        // Not told yet: it reads what it was created with.
        _ = session.run(.connect)
        #expect(try bench.load([Bench.entry(plugin)], changed: ["p"]).reconfigured == ["p"])
        _ = session.run(.connect)
        bench.configure { $0.values["p.ini:x"] = .text("bad") }
        let failure = try #require(throws: LoadFailure.self) { try bench.load([Bench.entry(plugin)], changed: ["p"]) }
        #expect(failure.step == .reconfigure)
        _ = session.run(.connect)
        #expect(
            bench.log.texts == [
                "create 0 one", "asked 0 one", "reconfigure 0 two", "asked 0 two", "reconfigure 0 bad", "asked 0 two",
            ]
        )
    }

    @Test func `a call that is under way when its session ends keeps its generation until it returns`() throws {
        let plugin = try CPlugin(
            "p",
            #"""
            static sem_t gate, inside;
            int64_t open_gate(uint64_t x) { sem_post(&gate); return 0; }
            int64_t wait_inside(uint64_t x) { sem_wait(&inside); return 0; }
            static int32_t f(const hk_args *a) { sem_post(&inside); sem_wait(&gate); say("back %.*s", (int)a->remote_ip.len, a->remote_ip.ptr); return HK_V_OK; }
            static hk_status create(const hk_host *h, void **state, hk_error *err) {
                boot(h); sem_init(&gate, 0, 0); sem_init(&inside, 0, 0); ON("connect", "i(args:p)", f); return 0; }
            static void destroy(void *s) { say("destroy"); }
            PLUGIN(0, create, NULL, NULL, NULL, destroy)
            """#
        )
        let bench = Bench()
        try bench.load(plugin)
        do {
            let session = bench.session()
            #expect(session.plugins.run(.connect) == nil)
            plugin.call("wait_inside")
            session.plugins.close()
        }
        #expect(bench.host.backstage.calls.count == 1)
        try bench.load([])
        plugin.call("open_gate")
        #expect(bench.log.wait(for: "destroy") != nil)
        #expect(bench.log.texts == ["back 192.0.2.7", "destroy"])
        #expect(bench.host.backstage.calls.count == 0)
    }
}
