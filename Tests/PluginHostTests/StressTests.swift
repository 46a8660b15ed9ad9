import Foundation
import Hooks
import Mail
import Testing

@testable import PluginHost

/// Many sessions on many threads with plugins that answer when they like, while tables come and go.
///
/// The seed is printed and can be given back by HARAKA_STRESS_SEED; HARAKA_STRESS_SECONDS says how long.
@Suite(.enabled(if: CPlugin.missing == nil, "a C compiler is needed"), .serialized)
struct StressTests {
    /// Answers by a number that the plugin draws: at once, later on another thread, twice, too late, never.
    private static let source = #"""
        #define QUEUE 4096
        /* One generation; its functions find it in ud. */
        struct g {
            const hk_host *H; hk_call queue[QUEUE]; unsigned head, tail; int stop;
            pthread_mutex_t lock; pthread_cond_t more; pthread_t workers[2];
        };
        static _Atomic uint64_t seed = SEED;
        static unsigned draw(unsigned n) {
            uint64_t x = atomic_fetch_add(&seed, 0x9E3779B97F4A7C15u);
            x ^= x >> 30; x *= 0xBF58476D1CE4E5B9u; x ^= x >> 27; x *= 0x94D049BB133111EBu; x ^= x >> 31;
            return x % n;
        }
        static int later(struct g *g, hk_call c) {
            pthread_mutex_lock(&g->lock);
            int fits = g->head - g->tail < QUEUE;
            if (fits) { g->queue[g->head++ % QUEUE] = c; pthread_cond_signal(&g->more); }
            pthread_mutex_unlock(&g->lock);
            return fits;
        }
        static void finish(struct g *g, hk_call c) {
            static const int verdicts[] = {HK_V_CONT, HK_V_OK, HK_V_DENY, HK_V_DENYSOFT, HK_V_CONT, 0};
            void *ctx = g->H->ctx;
            if (draw(3) == 0) calls->reply(ctx, c, 0, none, S("reply"));
            if (draw(3) == 0) session->set_relaying(ctx, c, 1);
            if (draw(3) == 0) session->rcpt_add(ctx, c, S("x@example.net"));
            if (draw(5) == 0) message->edit(ctx, c, HK_EDIT_ADD_TOP, S("X"), S("y"), 0);
            hk_status s = g->H->complete(ctx, c, verdicts[draw(6)], draw(4) ? none : S("words"));
            if (s != HK_OK && s != HK_E_INVALID && s != HK_E_STALE) abort();
            if (draw(4) == 0 && g->H->complete(ctx, c, HK_V_OK, none) != HK_E_STALE) abort();
        }
        static void *work(void *x) {
            struct g *g = x;
            pthread_mutex_lock(&g->lock);
            while (1) {
                while (g->head == g->tail && !g->stop) pthread_cond_wait(&g->more, &g->lock);
                if (g->head == g->tail) break;
                hk_call c = g->queue[g->tail++ % QUEUE];
                pthread_mutex_unlock(&g->lock);
                if (draw(8) == 0) usleep(draw(4000));
                if (draw(6) == 0) calls->progress(g->H->ctx, c);
                finish(g, c);
                calls->release(g->H->ctx, c);
                pthread_mutex_lock(&g->lock);
            }
            pthread_mutex_unlock(&g->lock);
            return NULL;
        }
        static int32_t f(const hk_args *a) {
            struct g *g = a->ud; void *ctx = g->H->ctx;
            char buf[100]; hk_value v; size_t need; hk_str parts[8]; uint32_t n;
            switch (draw(12)) {
            case 0: return HK_V_DENY;
            case 1: return 0;
            case 2: finish(g, a->call); return HK_V_PENDING;
            case 3: if (!INLINE) usleep(draw(3000)); return HK_V_CONT;
            case 4: return draw(4) ? HK_V_CONT : HK_V_PENDING;
            case 5: session->fact(ctx, a->call, "rcpt_address", &v, buf, sizeof buf, &need); return HK_V_CONT;
            case 6: notes->result(ctx, a->session, "msg", S("x")); message->view(ctx, a->txn, a->call, parts, 8, &n); return HK_V_OK;
            case 7:
                calls->retain(ctx, a->call);
                if (!later(g, a->call)) calls->release(ctx, a->call);
                return HK_V_PENDING;
            case 8: case 9: later(g, a->call); return HK_V_PENDING;
            default: return HK_V_CONT;
            }
        }
        static void cancelled(void *ud, hk_call c, int32_t reason) {
            struct g *g = ud;
            if (calls->is_live(g->H->ctx, c)) abort();
            if (draw(2) && g->H->complete(g->H->ctx, c, HK_V_OK, none) != HK_E_STALE) abort();
        }
        static void tick(void *ud) {}
        static hk_status create(const hk_host *h, void **state, hk_error *err) {
            boot(h);
            struct g *g = calloc(1, sizeof *g);
            *state = g;
            g->H = h;
            pthread_mutex_init(&g->lock, NULL); pthread_cond_init(&g->more, NULL);
            static const char *names[] = {"connect", "mail", "rcpt", "data_post", "disconnect", "reset_transaction", "deny"};
            for (int i = 0; i < 7; i++) {
                hk_hook hook = {sizeof hook, HK_HF_MAY_PEND | (INLINE ? HK_HF_INLINE : 0), 0, 20, names[i], "i(args:p)",
                                (hk_fn)f, g, cancelled};
                if (hooks->add(h->ctx, &hook)) return HK_E_FAILED;
            }
            exec->after(h->ctx, 1, 3, tick, g, NULL);
            for (int i = 0; i < 2; i++) pthread_create(&g->workers[i], NULL, work, g);
            return 0;
        }
        static void destroy(void *s) {
            struct g *g = s;
            pthread_mutex_lock(&g->lock); g->stop = 1; pthread_cond_broadcast(&g->more); pthread_mutex_unlock(&g->lock);
            for (int i = 0; i < 2; i++) pthread_join(g->workers[i], NULL);
            g->H->log(g->H->ctx, HK_LOG_INFO, 0, S("destroyed"));
        }
        PLUGIN(FLAGS, create, NULL, NULL, NULL, destroy)
        """#

    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var x = state
            x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
            x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
            return x ^ (x >> 31)
        }
    }

    private static var seconds: Double {
        ProcessInfo.processInfo.environment["HARAKA_STRESS_SECONDS"].flatMap(Double.init) ?? 2
    }

    private static var seed: UInt64 {
        ProcessInfo.processInfo.environment["HARAKA_STRESS_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 1 ... .max)
    }

    private final class Tally: Sendable {
        let runs = Guarded(0)
        let outcomes = Guarded(0)
        let superseded = Guarded(0)
        let sessions = Guarded(0)
    }

    @Test func `one outcome a run, no live token behind a close, nothing left over`() throws {
        let seed = Self.seed
        print("stress seed \(seed), \(Self.seconds) s")
        let images = try (0..<4).map { index in
            try CPlugin(
                "p\(index % 3)",
                Self.source,
                defines: [
                    "SEED=\(seed &+ UInt64(index))u", "ID=\"p\(index % 3)\"", "INLINE=\(index == 1 ? 1 : 0)",
                    "FLAGS=\(index == 2 ? "HK_PF_SERIAL | HK_PF_RELOADABLE" : "HK_PF_RELOADABLE")",
                ]
            )
        }
        let factsBefore = Gauges.facts.count
        let bench = Bench()
        func list(_ first: Int) -> [PluginEntry] {
            [images[first], images[1], images[2]].map { Bench.entry($0, onFailure: .continue, breakerAfter: .max) }
        }
        try bench.load(list(0))
        let tally = Tally()
        let end = Instant.now.advanced(by: Int64(Self.seconds * 1e9))
        let threads = 8
        let done = Guarded(0)
        for number in 0..<threads {
            Thread.start(named: "stress-\(number)") {
                Self.loop(bench, tally, until: end, Generator(state: seed &+ UInt64(number) &* 977))
                done.withLock { $0 += 1 }
                done.announceToAll()
            }
        }
        var swaps = 0
        while Instant.now < end {
            swaps += 1
            switch swaps % 4 {
            case 0: try bench.load(list(0))
            case 1: try bench.load(list(0), changed: ["p1", "p2"])
            case 2: try bench.load(list(3))
            default: try bench.load([])
            }
            usleep(100_000)
        }
        let isDone = done.wait(until: Instant.now.advanced(by: 60_000_000_000)) { $0 == threads ? true : nil }
        #expect(isDone == true, "a thread of the test hangs: a run had no outcome")
        bench.host.shutdown(within: .seconds(20))
        let (runs, outcomes) = (tally.runs.withLock { $0 }, tally.outcomes.withLock { $0 })
        #expect(runs == outcomes + tally.superseded.withLock { $0 })
        print("stress: \(tally.sessions.withLock { $0 }) sessions, \(runs) runs, \(swaps) swaps")
        #expect(bench.host.backstage.sessions.count == 0)
        #expect(bench.host.backstage.calls.count == 0)
        #expect(bench.host.backstage.timers.count == 0)
        // Other suites run beside this one; alone it is none before and none after.
        let limit = Instant.now.advanced(by: 10_000_000_000)
        while Gauges.facts.count > factsBefore && Instant.now < limit { sched_yield() }
        #expect(Gauges.facts.count <= factsBefore)
        #expect(!bench.log.texts.contains { $0.contains("not ended in time") })
    }

    /// One event loop with up to a thousand sessions at a time.
    private static func loop(_ bench: Bench, _ tally: Tally, until end: Instant, _ generator: Generator) {
        var random = generator
        var sessions: [Live] = []
        var known: [Int: Live] = [:]
        let wakes = Guarded<[(Int, UInt64)]>([])
        var number = 0
        func open() {
            number += 1
            let index = number
            let session = PluginSession(table: bench.host.table, id: "S\(index)", loop: 0) { token in
                wakes.withLock { $0.append((index, token)) }
                wakes.announce()
            }
            let live = Live(number: index, session: session)
            sessions.append(live)
            known[index] = live
            tally.sessions.withLock { $0 += 1 }
        }
        while Instant.now < end {
            // A thousand sessions at a time, three quarters of the time.
            if sessions.count < 1000 && Int.random(in: 0..<3, using: &random) > 0 { open() }
            if sessions.isEmpty { continue }
            let pick = Int.random(in: 0..<sessions.count, using: &random)
            let picked = sessions[pick]
            step(&sessions, pick, tally, &random)
            if picked.session.token == 0 { known[picked.number] = nil }
            for (index, token) in wakes.withLock({ list in
                defer { list = [] }; return list
            }) {
                guard let live = known[index] else { continue }
                if live.session.woken(token) != nil { live.settled(tally) }
                if live.session.woken(token) != nil { Issue.record("two outcomes of one run") }
            }
        }
        // What is still asked is answered, or times out.
        let limit = Instant.now.advanced(by: 20_000_000_000)
        while sessions.contains(where: { $0.session.isBusy }) && Instant.now < limit {
            let list = wakes.wait(until: Instant.now.advanced(by: 100_000_000)) { list -> [(Int, UInt64)]? in
                guard !list.isEmpty else { return nil }
                defer { list = [] }
                return list
            }
            for (index, token) in list ?? [] {
                guard let live = known[index] else { continue }
                if live.session.woken(token) != nil { live.settled(tally) }
            }
        }
        for live in sessions {
            if live.session.isBusy { Issue.record("a run has no outcome") }
            live.session.close()
        }
    }

    private final class Live {
        let number: Int
        let session: PluginSession

        init(number: Int, session: PluginSession) {
            self.number = number
            self.session = session
        }

        func settled(_ tally: Tally) { tally.outcomes.withLock { $0 += 1 } }
    }

    private static func step(_ sessions: inout [Live], _ pick: Int, _ tally: Tally, _ random: inout Generator) {
        let live = sessions[pick]
        let session = live.session
        func run(_ hook: Hook) {
            if session.isBusy { tally.superseded.withLock { $0 += 1 } }
            tally.runs.withLock { $0 += 1 }
            if session.run(hook) != nil { live.settled(tally) }
        }
        switch Int.random(in: 0..<20, using: &random) {
        case 0:
            if session.isBusy { tally.superseded.withLock { $0 += 1 } }
            session.close()
            sessions.remove(at: pick)
        case 1:
            let wasBusy = session.isBusy
            session.peerClosed()
            if wasBusy && !session.isBusy { tally.superseded.withLock { $0 += 1 } }
        case 2: run(.disconnect)
        case 3: run(.resetTransaction)
        case 4: session.setHello("hello.example", esmtp: true)
        case _ where session.isBusy: break
        case 5...8: run(.connect)
        case 9, 10:
            session.beginTransaction(id: "T", envelope: Envelope(sender: .null))
            run(.mail)
        case 11...14:
            guard session.envelope != nil else { return run(.connect) }
            _ = session.add(Recipient(.null))
            run(.rcpt)
        case 15, 16:
            guard session.envelope != nil else { return }
            session.beginMessage(leading: Array("A: b\r\n".utf8))
            let text = Array("C: d\r\n\r\nbody\r\n".utf8)
            session.message?.append(text.span)
            run(.dataPost)
        case 17: session.endTransaction()
        default: run(.mail)
        }
    }
}
