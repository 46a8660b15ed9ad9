import Hooks
import Testing

@testable import PluginHost

@Suite(.enabled(if: CPlugin.missing == nil, "a C compiler is needed"))
struct FailureTests {
    private func bench(
        _ source: String,
        defines: [String] = [],
        timeout: Duration? = .seconds(10),
        policy: FailurePolicy = .tempfail,
        breakerAfter: Int = 10,
        _ timings: Timings = Timings()
    ) throws -> (Bench, CPlugin) {
        let plugin = try CPlugin("p", source, defines: defines)
        let bench = Bench(timings)
        try bench.load([
            Bench.entry(plugin, timeout: timeout, onFailure: policy, breakerAfter: breakerAfter)
        ])
        return (bench, plugin)
    }

    private static let answers = #"""
        static int answer;
        int64_t set(uint64_t v) { answer = (int)v; return 0; }
        static int32_t say_it(const hk_args *a) { return answer; }
        SIMPLE(0, ON("connect", "i(args:p)", say_it, .flags = HK_HF_INLINE),
                  ON("mail", "i(args:p)", say_it, .flags = HK_HF_INLINE | HK_HF_OBSERVE))
        """#

    @Test(arguments: zip([FailurePolicy.tempfail, .continue, .deny], [VerdictCode.denySoft, .cont, .deny]))
    func `what is no verdict counts as the policy says, and is told once`(
        policy: FailurePolicy,
        code: VerdictCode
    ) throws {
        let (bench, plugin) = try bench(Self.answers, policy: policy)
        let session = bench.session()
        plugin.call("set", 0)
        for _ in 0..<3 { #expect(session.run(.connect).code == code) }
        #expect(bench.log.texts == ["hook connect of p returned 0; did you mean HK_V_CONT?"])
    }

    @Test(arguments: [(1000, "without the flag HK_HF_MAY_PEND"), (7, "which is no verdict"), (910, "no verdict")])
    func `the line says what is wrong with the number`(number: UInt64, words: String) throws {
        let (bench, plugin) = try bench(Self.answers)
        plugin.call("set", number)
        #expect(bench.session().run(.connect).code == .denySoft)
        #expect(bench.log.texts.first?.contains(words) == true)
    }

    @Test func `an observer's verdict and failure change nothing`() throws {
        let (bench, plugin) = try bench(Self.answers, policy: .deny)
        let session = bench.session()
        for number in [902, 0, 906] as [UInt64] {
            plugin.call("set", number)
            #expect(session.run(.mail) == .nobody)
        }
    }

    @Test(
        arguments: [
            ("HK_V_DENY", "450", ""), ("HK_V_DENYSOFT", "550", ""), ("HK_V_OK", "550", ""), ("HK_V_CONT", "451", ""),
            ("HK_V_DENY", "0", "4.1.1"), ("HK_V_DENYDISCONNECT", "421", "4.1.1"),
        ]
    )
    func `a reply whose class contradicts the verdict is a failure`(
        verdict: String,
        code: String,
        enhanced: String
    ) throws {
        let (bench, _) = try bench(
            #"""
            static int32_t f(hk_call c) {
                hk_str e = S(ENHANCED);
                calls->reply(H->ctx, c, CODE, e.len ? e : none, S("text"));
                return VERDICT;
            }
            SIMPLE(0, ON("connect", "i(call:U)", f))
            """#,
            defines: ["VERDICT=\(verdict)", "CODE=\(code)", "ENHANCED=\"\(enhanced)\""]
        )
        let outcome = bench.session().run(.connect)
        #expect(outcome.code == .denySoft)
        #expect(outcome.reply == nil)
        #expect(bench.log.texts.first?.contains("contradicts the verdict") == true)
    }

    @Test func `after failures in a row the plugin isn't asked, until a trial succeeds`() throws {
        var timings = Timings()
        timings.breakerRest = .milliseconds(100)
        let (bench, plugin) = try bench(
            #"""
            static int answer = 0, count;
            int64_t set(uint64_t v) { answer = (int)v; return 0; }
            int64_t asked(uint64_t v) { return count; }
            static int32_t f(const hk_args *a) { count++; return answer; }
            SIMPLE(0, ON("connect", "i(args:p)", f, .flags = HK_HF_INLINE))
            """#,
            breakerAfter: 3,
            timings
        )
        let session = bench.session()
        for _ in 0..<3 { _ = session.run(.connect) }
        #expect(plugin.call("asked") == 3)
        #expect(bench.log.texts.filter { $0.contains("failed too often") }.count == 1)
        #expect(bench.host.table.plugins.first?.isBreakerOpen == true)
        for _ in 0..<5 {
            guard case .unavailable? = session.run(.connect).failure else {
                return #expect(Bool(false), "it was asked")
            }
        }
        #expect(plugin.call("asked") == 3)
        // A trial that fails keeps it open, without another line.
        waitForTrial(session) { plugin.call("asked") == 4 }
        #expect(session.run(.connect).code == .denySoft)
        #expect(bench.log.texts.filter { $0.contains("failed too often") }.count == 1)
        plugin.call("set", 906)
        waitForTrial(session) { plugin.call("asked") == 5 }
        #expect(session.run(.connect).code == .ok)
        #expect(bench.log.texts.last == "hook connect of p answers again")
    }

    private func waitForTrial(_ session: TestSession, _ isDone: () -> Bool) {
        let start = Instant.now
        while !isDone() && Instant.now.since(start) < 10_000_000_000 { _ = session.run(.connect) }
    }

    @Test func `an inline hook that overran three times runs on its lane from then on`() throws {
        var timings = Timings()
        timings.inlineLimit = .milliseconds(10)
        let (bench, _) = try bench(
            #"""
            static pthread_t loop;
            int64_t here(uint64_t x) { loop = pthread_self(); return 0; }
            static int32_t f(hk_call c) {
                say("%s", pthread_equal(loop, pthread_self()) ? "loop" : "lane");
                usleep(25000);
                return HK_V_CONT;
            }
            static int32_t init(hk_call c) { loop = pthread_self(); return HK_V_CONT; }
            SIMPLE(0, ON("connect_init", "i(call:U)", init, .flags = HK_HF_INLINE),
                      ON("connect", "i(call:U)", f, .flags = HK_HF_INLINE))
            """#,
            timings
        )
        let session = bench.session()
        _ = session.run(.connectInit)
        for _ in 0..<5 { _ = session.run(.connect) }
        let lines = bench.log.texts
        #expect(lines.filter { $0 == "loop" }.count == 3)
        #expect(lines.filter { $0 == "lane" }.count == 2)
        #expect(lines.filter { $0.contains("HK_HF_INLINE but took") }.count == 1)
    }

    @Test func `a serial lane that is stuck is given up, and the policy answers`() throws {
        let (bench, plugin) = try bench(
            #"""
            static sem_t gate;
            int64_t open_gate(uint64_t x) { for (int i = 0; i < 10; i++) sem_post(&gate); return 0; }
            static int32_t stuck(hk_call c) { sem_wait(&gate); return HK_V_OK; }
            static int32_t fine(hk_call c) { return HK_V_OK; }
            SIMPLE(HK_PF_SERIAL, sem_init(&gate, 0, 0), ON("connect", "i(call:U)", stuck), ON("mail", "i(call:U)", fine))
            """#,
            timeout: .milliseconds(60)
        )
        let one = bench.session("ONE")
        let two = bench.session("TWO")
        #expect(one.run(.connect).failure == .timeout)
        _ = two.run(.mail)
        #expect(bench.log.wait(for: "doesn't return from a call") != nil)
        #expect(bench.host.table.plugins.first?.isLaneStuck == true)
        let start = Instant.now
        #expect(two.run(.mail).failure == .unavailable("its lane is stuck"))
        #expect(Instant.now.since(start) < 50_000_000)
        plugin.call("open_gate")
        one.plugins.close()
        two.plugins.close()
    }

    @Test func `one stuck thread of a pool leaves the others at work`() throws {
        let (bench, plugin) = try bench(
            #"""
            static sem_t gate;
            int64_t open_gate(uint64_t x) { sem_post(&gate); return 0; }
            static int32_t stuck(hk_call c) { sem_wait(&gate); return HK_V_OK; }
            static int32_t fine(hk_call c) { return HK_V_OK; }
            SIMPLE(0, sem_init(&gate, 0, 0), ON("connect", "i(call:U)", stuck), ON("mail", "i(call:U)", fine))
            """#,
            timeout: .milliseconds(60)
        )
        let session = bench.session()
        #expect(session.run(.connect).failure == .timeout)
        for _ in 0..<10 { #expect(session.run(.mail).code == .ok) }
        plugin.call("open_gate")
    }

    private static let gated = #"""
        static sem_t gate;
        int64_t open_gate(uint64_t count) { while (count--) sem_post(&gate); return 0; }
        static void block(void *ud) { sem_wait(&gate); }
        int64_t post(uint64_t x) { return exec->post(H->ctx, block, NULL); }
        static int32_t stuck(hk_call c) { sem_wait(&gate); say("back"); return HK_V_OK; }
        static int32_t fine(hk_call c) { return HK_V_OK; }
        SIMPLE(FLAGS, sem_init(&gate, 0, 0), ON("connect", "i(call:U)", stuck), ON("mail", "i(call:U)", fine))
        """#

    private func gated(_ flags: String = "0") throws -> (Bench, CPlugin, Lane) {
        let (bench, plugin) = try bench(
            Self.gated,
            defines: ["FLAGS=\(flags)"],
            timeout: .milliseconds(60),
            breakerAfter: 1000
        )
        let lane = try #require(bench.host.state.withLock { $0.current.first?.instance.lane })
        return (bench, plugin, lane)
    }

    private static var muchLater: Instant { Instant.now.advanced(by: 3_600_000_000_000) }

    private func waitForService(_ session: TestSession) -> Bool {
        let start = Instant.now
        while Instant.now.since(start) < 10_000_000_000 {
            if session.run(.mail).code == .ok { return true }
        }
        return false
    }

    @Test func `a pool whose threads are all lost serves again when one comes back`() throws {
        let (bench, plugin, lane) = try gated()
        let sessions = (0..<Lane.poolSize).map { bench.session("S\($0)") }
        for session in sessions { #expect(session.plugins.run(.connect) == nil) }
        for session in sessions { #expect(session.answer().failure == .timeout) }
        #expect(bench.log.wait(for: "until one returns") != nil)
        #expect(lane.isAbandoned)
        #expect(sessions[0].run(.mail).failure == .unavailable("its lane is stuck"))
        plugin.call("open_gate", 1)
        #expect(waitForService(sessions[0]))
        #expect(!lane.isAbandoned)
        plugin.call("open_gate", UInt64(Lane.poolSize))
    }

    @Test func `slow calls that come back don't add up`() throws {
        let (bench, plugin, lane) = try gated()
        let session = bench.session()
        for round in 1...(2 * Lane.poolSize) {
            #expect(session.run(.connect).failure == .timeout)
            _ = lane.inspect(now: Self.muchLater)
            plugin.call("open_gate", 1)
            #expect(bench.log.wait(for: "back", count: round) != nil)
        }
        #expect(waitForService(session))
        #expect(!lane.isAbandoned)
    }

    @Test func `work without a limit is never given up`() throws {
        let (bench, plugin, lane) = try gated("HK_PF_SERIAL")
        let session = bench.session()
        #expect(plugin.call("post") == 0)
        #expect(session.run(.mail).failure == .timeout)
        #expect(lane.inspect(now: Self.muchLater) == .fine)
        #expect(!lane.isAbandoned)
        plugin.call("open_gate", 1)
        #expect(waitForService(session))
    }
}
