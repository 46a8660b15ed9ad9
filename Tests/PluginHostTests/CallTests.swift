import Glibc
import Hooks
import Testing

@testable import PluginHost

@Suite(.enabled(if: CPlugin.missing == nil, "a C compiler is needed"))
struct CallTests {
    private func bench(
        _ source: String,
        timeout: Duration? = .seconds(10),
        _ timings: Timings = Timings()
    ) throws
        -> (Bench, CPlugin)
    {
        let plugin = try CPlugin("p", source)
        let bench = Bench(timings)
        try bench.load([Bench.entry(plugin, timeout: timeout)])
        return (bench, plugin)
    }

    /// A plugin that leaves its call open, and functions by which the test does things with it later.
    private static let pending = #"""
        static hk_call last;
        static int cancels, reason;
        static int32_t pend(const hk_args *a) { last = a->call; return HK_V_PENDING; }
        static void cancel(void *ud, hk_call c, int32_t r) { reason = r; say("cancel %d %d", c == last, r); }
        int64_t complete(uint64_t v) { return H->complete(H->ctx, last, (int32_t)v, none); }
        int64_t complete_with(uint64_t v) { return H->complete(H->ctx, last, (int32_t)v, S("because")); }
        int64_t is_live(uint64_t x) { return calls->is_live(H->ctx, last); }
        int64_t token(uint64_t x) { return (int64_t)last; }
        int64_t complete_token(uint64_t c) { return H->complete(H->ctx, c, HK_V_OK, none); }
        int64_t reply(uint64_t x) { return calls->reply(H->ctx, last, 550, S("5.7.9"), S("go away")); }
        int64_t progress(uint64_t x) { return calls->progress(H->ctx, last); }
        int64_t release(uint64_t x) { return calls->release(H->ctx, last); }
        int64_t retain(uint64_t x) { return calls->retain(H->ctx, last); }
        static void *thread_main(void *v) { H->complete(H->ctx, last, (int32_t)(intptr_t)v, none); return NULL; }
        int64_t complete_on_thread(uint64_t v) {
            pthread_t t; pthread_create(&t, NULL, thread_main, (void *)v); pthread_join(t, NULL); return 0; }
        SIMPLE(0, ON("connect", "i(args:p)", pend, .flags = HK_HF_MAY_PEND | FLAGS, .cancel = cancel),
                  ON("disconnect", "i(args:p)", pend, .flags = HK_HF_MAY_PEND | FLAGS, .cancel = cancel))
        """#

    private func pendingBench(inline: Bool, timeout: Duration? = .seconds(10)) throws -> (Bench, CPlugin, TestSession) {
        let plugin = try CPlugin("p", Self.pending, defines: ["FLAGS=\(inline ? "HK_HF_INLINE" : "0")"])
        let bench = Bench()
        try bench.load([Bench.entry(plugin, timeout: timeout)])
        return (bench, plugin, bench.session())
    }

    /// Starts the hook and waits until the plugin has left the call open.
    private func open(_ session: TestSession, _ plugin: CPlugin, _ hook: Hook = .connect) {
        let before = plugin.call("token")
        #expect(session.plugins.run(hook) == nil)
        while plugin.call("token") == before || plugin.call("is_live") == 0 { sched_yield() }
    }

    @Test(arguments: [true, false])
    func `a verdict may come later from another thread`(inline: Bool) throws {
        let (_, plugin, session) = try pendingBench(inline: inline)
        open(session, plugin)
        #expect(session.plugins.isBusy)
        plugin.call("complete_on_thread", 902)
        let outcome = session.answer()
        #expect(outcome.code == .deny)
        #expect(outcome.plugin == 0)
        #expect(plugin.call("is_live") == 0)
    }

    @Test(arguments: [true, false])
    func `a second verdict is stale and changes nothing`(inline: Bool) throws {
        let (_, plugin, session) = try pendingBench(inline: inline)
        open(session, plugin)
        #expect(plugin.call("complete", 906) == 0)
        #expect(plugin.call("complete", 902) == -3)
        #expect(plugin.call("reply") == -3)
        #expect(session.answer().code == .ok)
        #expect(plugin.call("complete", 902) == -3)
    }

    @Test func `a reply given with complete replaces the staged one`() throws {
        let (_, plugin, session) = try pendingBench(inline: true)
        open(session, plugin)
        #expect(plugin.call("reply") == 0)
        #expect(plugin.call("complete_with", 902) == 0)
        #expect(session.answer().reply == Verdict.Words(text: "because"))
    }

    @Test func `a staged reply comes with the verdict`() throws {
        let (_, plugin, session) = try pendingBench(inline: true)
        open(session, plugin)
        #expect(plugin.call("reply") == 0)
        #expect(plugin.call("complete", 902) == 0)
        #expect(session.answer().reply == Verdict.Words(code: 550, enhanced: "5.7.9", text: "go away"))
    }

    @Test(arguments: [UInt64(0), 17, 1000, 910])
    func `completing with what is no verdict fails the call by its policy`(number: UInt64) throws {
        let (_, plugin, session) = try pendingBench(inline: true)
        open(session, plugin)
        #expect(plugin.call("complete", number) == -2)
        let outcome = session.answer()
        #expect(outcome.code == .denySoft)
        guard case .nonsense? = outcome.failure else { return #expect(Bool(false), "\(outcome)") }
    }

    @Test(arguments: [true, false])
    func `completing before the hook has returned wins`(inline: Bool) throws {
        let (bench, _) = try bench(
            #"""
            static int32_t quick(hk_call c) {
                int first = H->complete(H->ctx, c, HK_V_OK, none);
                say("%d %d", first, H->complete(H->ctx, c, HK_V_DENY, none));
                return HK_V_PENDING;
            }
            static int32_t quicker(hk_call c) { H->complete(H->ctx, c, HK_V_OK, none); return HK_V_DENY; }
            SIMPLE(0, ON("connect", "i(call:U)", quick, .flags = HK_HF_MAY_PEND | \#(inline ? "HK_HF_INLINE" : "0")),
                      ON("mail", "i(call:U)", quicker, .flags = \#(inline ? "HK_HF_INLINE" : "0")))
            """#
        )
        let session = bench.session()
        for _ in 0..<20 { #expect(session.run(.connect).code == .ok) }
        for _ in 0..<20 { #expect(session.run(.mail).code == .ok) }
        #expect(Set(bench.log.texts) == ["0 -3"])
    }

    @Test func `completing after the client has gone is stale, and the hook is told`() throws {
        let (bench, plugin, session) = try pendingBench(inline: true)
        open(session, plugin)
        session.plugins.peerClosed()
        #expect(plugin.call("complete", 906) == -3)
        #expect(bench.log.wait(for: "cancel 1 1") != nil)
        #expect(!session.plugins.isBusy)
        session.plugins.close()
        #expect(plugin.call("complete", 906) == -3)
        #expect(plugin.call("release") == -3)
    }

    @Test func `a required hook takes the call in flight back, and isn't itself taken back by the peer's end`() throws {
        let (bench, plugin, session) = try pendingBench(inline: true)
        open(session, plugin)
        let first = UInt64(plugin.call("token"))
        open(session, plugin, .disconnect)
        #expect(bench.log.wait(for: " 3") != nil)
        #expect(plugin.call("complete_token", first) == -3)
        session.plugins.peerClosed()
        #expect(session.plugins.isBusy)
        #expect(plugin.call("complete", 900) == 0)
        #expect(session.answer().code == .cont)
        #expect(session.plugins.woken(first) == nil)
    }

    @Test(arguments: [true, false])
    func `at its deadline a call is answered by the policy and the hook is told`(inline: Bool) throws {
        let (bench, plugin, session) = try pendingBench(inline: inline, timeout: .milliseconds(50))
        let outcome = session.run(.connect)
        #expect(outcome.code == .denySoft)
        #expect(outcome.failure == .timeout)
        #expect(bench.log.wait(for: "cancel 1 2") != nil)
        #expect(plugin.call("complete", 906) == -3)
        #expect(plugin.call("reply") == -3)
        #expect(plugin.call("progress") == -3)
        #expect(plugin.call("is_live") == 0)
        #expect(bench.log.wait(for: "timed out on hook connect after 0.05 s") != nil)
    }

    @Test func `a hook's own timeout goes before the plugin's`() throws {
        let (bench, _) = try bench(
            #"""
            static int32_t pend(hk_call c) { return HK_V_PENDING; }
            SIMPLE(0, ON("connect", "i(call:U)", pend, .flags = HK_HF_MAY_PEND, .timeout_ms = 30))
            """#,
            timeout: nil
        )
        #expect(bench.session().run(.connect).failure == .timeout)
        #expect(bench.host.table.line(of: .connect).first?.timeout == .milliseconds(30))
    }

    @Test func `progress starts the deadline anew, ten times at most`() throws {
        let (_, plugin, session) = try pendingBench(inline: true, timeout: .milliseconds(200))
        let start = Instant.now
        open(session, plugin)
        var status: Int64 = 0
        while status == 0 && Instant.now.since(start) < 10_000_000_000 { status = plugin.call("progress") }
        #expect(status == -10)
        #expect(session.answer().failure == .timeout)
        let lasted = Instant.now.since(start)
        #expect(lasted >= 1_990_000_000 && lasted < 6_000_000_000)
    }

    @Test func `retained arguments are good until release, past the deadline too`() throws {
        let (bench, plugin) = try bench(
            #"""
            static const hk_args *kept;
            static int32_t keep(const hk_args *a) {
                kept = a; say("retain %d", calls->retain(H->ctx, a->call)); return HK_V_PENDING; }
            int64_t look(uint64_t x) { say("%.*s", (int)kept->hello_host.len, kept->hello_host.ptr); return 0; }
            int64_t retain(uint64_t x) { return calls->retain(H->ctx, kept->call); }
            int64_t release(uint64_t x) { return calls->release(H->ctx, kept->call); }
            int64_t complete(uint64_t x) { return H->complete(H->ctx, kept->call, HK_V_CONT, none); }
            SIMPLE(0, ON("connect", "i(args:p)", keep, .flags = HK_HF_MAY_PEND | HK_HF_INLINE, .timeout_ms = 40))
            """#
        )
        let calls = bench.host.backstage.calls
        let session = bench.session()
        session.plugins.setHello("first.example", esmtp: true)
        #expect(session.run(.connect).failure == .timeout)
        #expect(bench.log.wait(for: "retain 0") != nil)
        session.plugins.setHello("second.example", esmtp: true)
        plugin.call("look")
        #expect(bench.log.wait(for: "first.example") != nil)
        #expect(calls.count == 2)
        #expect(plugin.call("retain") == -3)
        #expect(plugin.call("complete") == -3)
        #expect(plugin.call("release") == 0)
        #expect(calls.count == 1)
        session.plugins.close()
        #expect(calls.count == 0)
    }

    @Test func `retain is for the hook's own thread, release for what was retained`() throws {
        let (_, plugin, session) = try pendingBench(inline: true)
        open(session, plugin)
        #expect(plugin.call("retain") == -8)
        #expect(plugin.call("release") == -2)
        #expect(plugin.call("complete", 900) == 0)
        #expect(session.answer().code == .cont)
        #expect(plugin.call("release") == -3)
    }

    @Test func `invented and foreign tokens are stale`() throws {
        let one = try CPlugin("one", Self.pending, defines: ["FLAGS=HK_HF_INLINE", "ID=\"one\""])
        let two = try CPlugin("two", Self.pending, defines: ["FLAGS=HK_HF_INLINE", "ID=\"two\""])
        let bench = Bench()
        try bench.load(one, two)
        let session = bench.session()
        open(session, one)
        let token = UInt64(bitPattern: one.call("token"))
        #expect(two.call("complete_token", token) == -3)
        for wrong in [0, 1, token + 1, token ^ (1 << 30), .max, session.plugins.token] {
            #expect(one.call("complete_token", wrong) == -3)
        }
        #expect(one.call("complete_token", token) == 0)
    }

    @Test(
        arguments: [
            (550, "5.7.1", "no", 0), (0, "", "plain", 0), (0, "4.1.1", "", 0), (550, "", "a\nb\r\nc", 0),
            (550, "4.7.1", "no", -2), (99, "", "no", -2), (600, "", "no", -2), (550, "5.7", "no", -2),
            (550, "5.7.1111", "no", -2), (550, "3.7.1", "no", -2), (550, "", "bell\u{7}", -2), (550, "", "a\rb", -2),
            (550, "", String(repeating: "x", count: 480), 0), (550, "", String(repeating: "x", count: 481), -2),
            (550, "", String(repeating: "x\n", count: 64), 0), (550, "", String(repeating: "x\n", count: 65), -2),
            (550, "", "grüße\t!", 0),
        ]
    )
    func `replies are checked where they are given`(code: Int, enhanced: String, text: String, status: Int) throws {
        let (bench, _) = try bench(
            #"""
            static int32_t r(hk_call c, hk_str code, hk_str rest) {
                int32_t number = atoi(code.ptr);
                const char *bar = memchr(rest.ptr, '|', rest.len);
                hk_str enhanced = {rest.ptr, bar - rest.ptr}, text = {bar + 1, rest.ptr + rest.len - bar - 1};
                if (enhanced.len == 0) enhanced = none;
                if (text.len == 0) text = none;
                say("%d", calls->reply(H->ctx, c, number, enhanced, text));
                return HK_V_CONT;
            }
            SIMPLE(0, ON("unrecognized_command", "i(call:U,command:s,argument:s)", r, .flags = HK_HF_INLINE))
            """#
        )
        _ = bench.session().run(.unrecognizedCommand, .command(verb: "\(code) ", argument: "\(enhanced)|\(text)"))
        #expect(bench.log.texts.first == "\(status)")
    }
}
