import Hooks
import Mail
import Testing

@testable import PluginHost

@Suite(.enabled(if: CPlugin.missing == nil, "a C compiler is needed"))
struct OtherExtensionTests {
    private func bench(
        _ source: String,
        name: String = "p",
        configure: (Bench) -> Void = { _ in }
    ) throws -> (Bench, CPlugin) {
        let plugin = try CPlugin(name, source)
        let bench = Bench()
        configure(bench)
        try bench.load(plugin)
        return (bench, plugin)
    }

    // MARK: notes

    @Test func `notes have types, owners and bounds, and end with their scope`() throws {
        let (bench, plugin) = try bench(
            #"""
            static hk_session s; static hk_txn t;
            static void show(uint64_t scope, const char *key) {
                char buf[100]; hk_value v; size_t need = 7;
                hk_status st = notes->get(H->ctx, scope, S(key), &v, buf, sizeof buf, &need);
                if (st) say("%s %d", key, st);
                else if (v.type == 's' || v.type == 'B') say("%s %c %.*s %d", key, v.type, (int)v.as.s.len, v.as.s.ptr, (int)need);
                else if (v.type == 'd') say("%s d %g", key, v.as.d);
                else say("%s %c %lld", key, v.type, (long long)v.as.i);
            }
            static hk_status put(uint64_t scope, const char *key, hk_value v) { return notes->set(H->ctx, scope, S(key), &v); }
            static int32_t f(const hk_args *a) {
                s = a->session; t = a->txn;
                put(s, "text", (hk_value){HK_T_STR, 0, {.s = S("hello")}});
                put(s, "bytes", (hk_value){HK_T_BYTES, 0, {.s = {"\xff\x01", 2}}});
                put(s, "int", (hk_value){HK_T_I64, 0, {.i = -5}});
                put(s, "real", (hk_value){HK_T_F64, 0, {.d = 2.5}});
                put(s, "bool", (hk_value){HK_T_BOOL, 0, {.u = 1}});
                put(t, "@shared", (hk_value){HK_T_STR, 0, {.s = S("all")}});
                show(s, "text"); show(s, "int"); show(s, "real"); show(s, "bool"); show(t, "@shared"); show(s, "@shared");
                say("%d", notes->set(H->ctx, s, S("text"), NULL)); show(s, "text");
                say("%d", put(s, "bad", (hk_value){99, 0, {.i = 1}}));
                say("%d", put(s, "", (hk_value){HK_T_I64, 0, {.i = 1}}));
                say("%d", put(s, "@results/x/pass", (hk_value){HK_T_I64, 0, {.i = 1}}));
                say("%d", put(a->call, "x", (hk_value){HK_T_I64, 0, {.i = 1}}));
                char *big = calloc(1, 65537);
                say("%d", put(s, "big", (hk_value){HK_T_BYTES, 0, {.s = {big, 65537}}}));
                int kept = 0;
                for (int i = 0; i < 20; i++) { char key[8]; sprintf(key, "k%d", i);
                    kept += put(s, key, (hk_value){HK_T_BYTES, 0, {.s = {big, 65536}}}) == 0; }
                say("kept %d", kept);
                return HK_V_CONT;
            }
            int64_t after(uint64_t x) { show(t, "@shared"); show(s, "int"); return 0; }
            SIMPLE(0, ON("mail", "i(args:p)", f, .flags = HK_HF_INLINE))
            """#
        )
        let session = bench.session()
        try session.begin()
        _ = session.run(.mail)
        #expect(session.plugins.note("@shared", ofTransaction: true) == "all")
        #expect(session.plugins.note("p/int", ofTransaction: false) == "-5")
        session.plugins.endTransaction()
        plugin.call("after")
        session.plugins.close()
        plugin.call("after")
        #expect(
            bench.log.texts == [
                "text s hello 5", "int I -5", "real d 2.5", "bool b 1", "@shared s all 3", "@shared -4", "0", "text -4",
                "-2", "-2", "-5", "-3", "-10", "kept 15", "@shared -3", "int I -5", "@shared -3", "int -3",
            ]
        )
    }

    @Test func `results are lines by plugin and kind`() throws {
        let (bench, _) = try bench(
            #"""
            static int32_t f(const hk_args *a) {
                say("%d", notes->result(H->ctx, a->session, "pass", S("one")));
                say("%d", notes->result(H->ctx, a->session, "pass", S("two\nlines")));
                say("%d", notes->result(H->ctx, a->session, "maybe", S("x")));
                say("%d", notes->result(H->ctx, a->session, NULL, S("x")));
                say("%d", notes->result(H->ctx, 0, "pass", S("x")));
                char buf[100]; hk_value v;
                notes->get(H->ctx, a->session, S("@results/p/pass"), &v, buf, sizeof buf, NULL);
                say("%.*s", (int)v.as.s.len, v.as.s.ptr);
                return HK_V_CONT;
            }
            SIMPLE(0, ON("connect", "i(args:p)", f, .flags = HK_HF_INLINE))
            """#
        )
        let session = bench.session()
        _ = session.run(.connect)
        #expect(bench.log.texts == ["0", "0", "-2", "-2", "-3", "one\\x0atwo\\x0alines"])
        #expect(session.plugins.results(ofTransaction: false).map(\.text) == ["one\ntwo\\x0alines"])
    }

    @Test func `skip_plugins takes the named plugins out of the rest of the transaction`() throws {
        let source = #"""
            static int32_t mail(const hk_args *a) {
                hk_value v = {HK_T_STR, 0, {.s = S("two, queue/three")}};
                notes->set(H->ctx, a->txn, S("@skip_plugins"), &v);
                return HK_V_CONT;
            }
            static int32_t see(const hk_args *a) { say("asked"); return HK_V_CONT; }
            SIMPLE(0, FIRST && ON("mail", "i(args:p)", mail, .flags = HK_HF_INLINE),
                      ON("mail", "i(args:p)", see, .flags = HK_HF_INLINE))
            """#
        let bench = Bench()
        try bench.load(
            CPlugin("one", source, defines: ["FIRST=1", "ID=\"1\""]),
            CPlugin("two", source, defines: ["FIRST=0", "ID=\"2\""]),
            CPlugin("queue/three", source, defines: ["FIRST=0", "ID=\"3\""])
        )
        let session = bench.session()
        func asked() -> [String] { bench.log.all.map(\.plugin) }
        try session.begin()
        _ = session.run(.mail)
        // As in Haraka: it counts for the plugins that are still to be asked in this very hook.
        #expect(asked() == ["one"])
        #expect(session.plugins.skippedPlugins == ["two", "queue/three"])
        _ = session.run(.mail)
        #expect(asked().suffix(1) == ["one"])
        session.plugins.endTransaction()
        #expect(session.plugins.skippedPlugins == [])
    }

    // MARK: config

    @Test func `config gives scalars with their types, and documents as JSON`() throws {
        let (bench, _) = try bench(
            #"""
            static hk_status take(void *ctx, hk_str part) { say("json %.*s", (int)part.len, part.ptr); return 0; }
            static hk_status stop(void *ctx, hk_str part) { return 77; }
            static void show(const char *path) {
                char buf[50]; hk_value v; size_t need = 0;
                hk_status s = config->get(H->ctx, S(path), &v, buf, sizeof buf, &need);
                if (s) say("%s %d", path, s);
                else if (v.type == 's') say("%s %.*s", path, (int)v.as.s.len, v.as.s.ptr);
                else if (v.type == 'd') say("%s %g", path, v.as.d);
                else say("%s %c %lld", path, v.type, (long long)v.as.i);
            }
            static hk_status create(const hk_host *h, void **state, hk_error *err) {
                boot(h);
                show("a.ini:x"); show("a.yaml:n"); show("a.yaml:f"); show("a.yaml:b"); show("a.yaml:list"); show("b"); show("");
                say("%d", config->json(H->ctx, S("a.yaml:list"), (hk_sink){NULL, take}));
                say("%d", config->json(H->ctx, S("a.yaml:list"), (hk_sink){NULL, stop}));
                say("%d", config->json(H->ctx, S("none"), (hk_sink){NULL, take}));
                char dir[50]; size_t need;
                int st = config->directory(H->ctx, dir, sizeof dir, &need);
                say("%d %.*s", st, (int)need, dir);
                say("%d", config->directory(H->ctx, dir, 3, &need));
                say("%d", config->get(H->ctx, S("a.ini:x"), NULL, NULL, 0, NULL));
                return 0;
            }
            PLUGIN(0, create, NULL, NULL, NULL, NULL)
            """#
        ) { bench in
            bench.configure { configuration in
                configuration.values = [
                    "a.ini:x": .text("yes"), "a.yaml:n": .integer(7), "a.yaml:f": .real(0.5),
                    "a.yaml:b": .boolean(true),
                    "a.yaml:list": .composite,
                ]
                configuration.documents = ["a.yaml:list": "[1,2]"]
            }
        }
        #expect(
            bench.log.texts == [
                "a.ini:x yes", "a.yaml:n I 7", "a.yaml:f 0.5", "a.yaml:b b 1", "a.yaml:list -2", "b -4", " -2",
                "json [1,2]", "0", "77", "-4", "0 /srv/haraka", "-6", "-2",
            ]
        )
        #expect(bench.host.table.plugins.first?.configurationFiles == ["a.ini", "a.yaml", "b", "none"])
    }

    // MARK: exec

    @Test func `exec runs functions on the lane, once or again and again, until they are cancelled`() throws {
        let (bench, plugin) = try bench(
            #"""
            static pthread_t lane; static hk_timer again; static atomic_int ticks; static sem_t enough;
            static void where(void *ud) { lane = pthread_self(); say("post %s", (char *)ud); }
            static void once(void *ud) { say("once %d", pthread_equal(lane, pthread_self()) != 0); }
            static void tick(void *ud) {
                if (++ticks == 3) { say("inside %d", exec->cancel(H->ctx, again)); sem_post(&enough); }
            }
            static int32_t connect(hk_call c) { say("loop %d", exec->cancel(H->ctx, again)); return HK_V_CONT; }
            int64_t stop(uint64_t x) {
                sem_wait(&enough);
                int64_t s = exec->cancel(H->ctx, again); int before = ticks; usleep(20000);
                say("stopped %d", before == ticks); return s; }
            int64_t again_stop(uint64_t x) { return exec->cancel(H->ctx, again); }
            int64_t null_post(uint64_t x) { return exec->post(H->ctx, NULL, NULL); }
            int64_t foreign(uint64_t t) { return exec->cancel(H->ctx, t); }
            SIMPLE(HK_PF_SERIAL, sem_init(&enough, 0, 0), exec->post(H->ctx, where, "x"), exec->after(H->ctx, 1, 0, once, NULL, NULL),
                exec->after(H->ctx, 1, 2, tick, NULL, &again), ON("connect", "i(call:U)", connect))
            """#
        )
        #expect(bench.log.wait(for: "post x") != nil)
        #expect(bench.log.wait(for: "once 1") != nil)
        #expect(plugin.call("stop") == 0)
        #expect(bench.log.wait(for: "inside -8") != nil)
        #expect(bench.log.texts.contains("stopped 1"))
        #expect(plugin.call("again_stop") == -3)
        #expect(plugin.call("null_post") == -2)
        #expect(plugin.call("foreign", 12345) == -3)
        #expect(bench.host.backstage.timers.count == 0)
    }

    @Test func `cancelling a timer from an event loop is refused`() throws {
        let (bench, _) = try bench(
            #"""
            static hk_timer t; static void tick(void *ud) {}
            static int32_t connect(hk_call c) { say("%d", exec->cancel(H->ctx, t)); return HK_V_CONT; }
            SIMPLE(0, exec->after(H->ctx, 100000, 0, tick, NULL, &t), ON("connect", "i(call:U)", connect, .flags = HK_HF_INLINE))
            """#
        )
        _ = bench.session().run(.connect)
        #expect(bench.log.texts == ["-8"])
    }

    // MARK: message

    @Test func `the message is viewed without a copy, and edits are seen at once and kept when accepted`() throws {
        let (bench, _) = try bench(
            #"""
            static void show(const hk_args *a, const char *what) {
                hk_str parts[8]; uint32_t n = 0; char all[500] = "";
                hk_status s = message->view(H->ctx, a->txn, a->call, parts, 8, &n);
                for (uint32_t i = 0; s == 0 && i < n; i++) strncat(all, parts[i].ptr, parts[i].len);
                for (char *c = all; *c; c++) if (*c == '\r') *c = '~'; else if (*c == '\n') *c = '.';
                say("%s %d %d %s", what, s, n, all);
            }
            static int32_t f(const hk_args *a) {
                show(a, "before");
                int e1 = message->edit(H->ctx, a->call, HK_EDIT_ADD_TOP, S("Top"), S("1"), 0);
                int e2 = message->edit(H->ctx, a->call, HK_EDIT_ADD_END, S("End"), S("2"), 0);
                int e3 = message->edit(H->ctx, a->call, HK_EDIT_REMOVE, S("b"), none, 0xFFFFFFFF);
                say("%d %d %d %d", e1, e2, e3, message->edit(H->ctx, a->call, HK_EDIT_REPLACE, S("A"), S("new"), 1));
                show(a, "after");
                char buf[100]; size_t need = 0, got = 0;
                int s = message->header(H->ctx, a->txn, S("a"), 1, buf, sizeof buf, &need);
                say("header %d %.*s", s, (int)need, buf);
                say("none %d", message->header(H->ctx, a->txn, S("zz"), 0, buf, sizeof buf, &need));
                s = message->header(H->ctx, a->txn, S("Received"), 0, buf, 1, &need); say("small %d %d", s, (int)need);
                s = message->read(H->ctx, a->txn, 6, buf, 5, &got); say("read %d %.*s", s, (int)got, buf);
                s = message->read(H->ctx, a->txn, 100000, buf, 5, &got); say("end %d %d", s, (int)got);
                say("%d", message->edit(H->ctx, a->call, HK_EDIT_ADD_TOP, S("Bad Name"), S("1"), 0));
                say("%d", message->edit(H->ctx, a->call, HK_EDIT_ADD_TOP, S("X"), S("a\nb"), 0));
                say("%d", message->edit(H->ctx, a->call, HK_EDIT_REPLACE, S("Nope"), S("a"), 0));
                say("%d", message->edit(H->ctx, a->call, 9, S("X"), S("a"), 0));
                say("%d", message->view(H->ctx, a->txn, 0, NULL, 0, NULL));
                return HK_V_CONT;
            }
            static int32_t early(const hk_args *a) {
                hk_str part; uint32_t n; size_t got; char c;
                say("%d", message->view(H->ctx, a->txn, a->call, &part, 1, &n));
                say("%d", message->read(H->ctx, a->txn, 0, &c, 1, &got));
                say("%d", message->read(H->ctx, a->session, 0, &c, 1, &got));
                return HK_V_CONT;
            }
            SIMPLE(0, ON("mail", "i(args:p)", early, .flags = HK_HF_INLINE), ON("data_post", "i(args:p)", f, .flags = HK_HF_INLINE))
            """#
        )
        let session = bench.session()
        try session.begin(to: ["a@example.org"])
        _ = session.run(.mail)
        session.beginMessage("A: 1\r\nB: x\r\nA: 2\r\n\r\nbody\r\n", leading: "Received: us\r\n")
        _ = session.run(.dataPost)
        let lines = bench.log.texts
        #expect(lines.prefix(3) == ["-8", "-8", "-3"])
        #expect(
            lines.dropFirst(3) == [
                "before 0 2 Received: us~.A: 1~.B: x~.A: 2~.~.body~.", "0 0 0 0",
                "after 0 2 Top: 1~.Received: us~.A: 1~.A: new~.End: 2~.~.body~.", "header 0 new", "none -4",
                "small -6 2",
                "read 0 \\x0d\\x0aRec", "end 0 0", "-2", "-2", "-4", "-2", "-2",
            ]
        )
        #expect(session.messageText == "Top: 1\r\nReceived: us\r\nA: 1\r\nA: new\r\nEnd: 2\r\n\r\nbody\r\n")
        #expect(session.plugins.message?.count == 26)
    }

    @Test func `a retained view outlives the transaction and the session`() throws {
        let (bench, plugin) = try bench(
            #"""
            static hk_str parts[64]; static uint32_t n; static hk_call c;
            static int32_t f(const hk_args *a) {
                c = a->call; calls->retain(H->ctx, c);
                message->view(H->ctx, a->txn, c, parts, 64, &n);
                return HK_V_CONT;
            }
            int64_t sum(uint64_t x) { int64_t s = 0; for (uint32_t i = 0; i < n; i++) for (size_t j = 0; j < parts[i].len; j++) s += parts[i].ptr[j] == 'x'; return s; }
            int64_t release(uint64_t x) { return calls->release(H->ctx, c); }
            SIMPLE(0, ON("data_post", "i(args:p)", f))
            """#
        )
        let session = bench.session()
        try session.begin()
        session.beginMessage("A: b\r\n\r\n" + String(repeating: "x", count: 3_000_000))
        _ = session.run(.dataPost)
        session.plugins.endTransaction()
        session.plugins.close()
        #expect(plugin.call("sum") == 3_000_000)
        #expect(plugin.call("release") == 0)
        #expect(plugin.call("release") == -3)
        #expect(bench.host.backstage.calls.count == 0)
    }

    // MARK: the host's own table

    @Test func `log lines carry the live scope, are cut, and hold no control characters`() throws {
        let (bench, plugin) = try bench(
            #"""
            static hk_session s;
            static int32_t f(const hk_args *a) {
                s = a->session;
                H->log(H->ctx, HK_LOG_WARN, a->session, S("a\nb\x1b[31m"));
                H->log(H->ctx, 99, a->txn, S("in txn"));
                H->log(H->ctx, -5, 77, S("unknown"));
                char *big = malloc(9001); memset(big, 'x', 9000); big[9000] = 0;
                H->log(H->ctx, HK_LOG_INFO, 0, S(big));
                H->log(H->ctx, HK_LOG_INFO, 0, (hk_str){"\xff", 1});
                return HK_V_CONT;
            }
            int64_t late(uint64_t x) { H->log(H->ctx, HK_LOG_INFO, s, S("late")); return H->get_extension(H->ctx, "haraka.http/1") == NULL; }
            SIMPLE(0, ON("mail", "i(args:p)", f, .flags = HK_HF_INLINE))
            """#
        )
        let session = bench.session()
        try session.begin()
        _ = session.run(.mail)
        session.plugins.close()
        #expect(plugin.call("late") == 1)
        let lines = bench.log.all
        #expect(lines[0] == Log.Line(level: 4, plugin: "p", scope: "UUID", text: "a\\x0ab\\x1b[31m"))
        #expect(lines[1] == Log.Line(level: 9, plugin: "p", scope: "UUID.1", text: "in txn"))
        #expect(lines[2] == Log.Line(level: 0, plugin: "p", scope: nil, text: "unknown"))
        #expect(lines[3].text.utf8.count == 8192)
        #expect(lines[4].text == "\u{FFFD}")
        #expect(lines[5].scope == nil)
    }

    @Test func `hooks are refused with a reason, and described`() throws {
        let (bench, plugin) = try bench(
            #"""
            static hk_status take(void *ctx, hk_str part) { say("%.*s", (int)part.len, part.ptr); return 0; }
            static int32_t f(const hk_args *a) { return HK_V_CONT; }
            int64_t late(uint64_t x) { return ON("connect", "i(args:p)", f); }
            static hk_status create(const hk_host *h, void **state, hk_error *err) {
                boot(h);
                say("%d", ON("nonsense", "i(args:p)", f));
                say("%d", ON("nonsense", "i(args:p)", f, .flags = HK_HF_OPTIONAL));
                say("%d", ON("connect", "i(rcpt_user:s)", f));
                say("%d", ON("connect", "i(args:p)", f, .priority = 101));
                say("%d", ON("connect", "i(args:p)", f, .flags = 64));
                say("%d", ON("connect", "i(args:p)", NULL));
                say("%d", ON("connect", "i(args:p)", f, .flags = HK_HF_INLINE));
                say("%d", hooks->add(H->ctx, NULL));
                say("%d", hooks->describe(H->ctx, "nonsense", (hk_sink){NULL, take}));
                say("%d", hooks->describe(H->ctx, "noop", (hk_sink){NULL, take}));
                return 0;
            }
            PLUGIN(HK_PF_SERIAL, create, NULL, NULL, NULL, NULL)
            """#
        )
        #expect(plugin.call("late") == -8)
        let numbers = bench.log.texts.filter { Int($0) != nil }
        #expect(numbers == ["-4", "0", "-7", "-2", "-2", "-2", "-2", "-2", "-4", "0"])
        #expect(bench.log.texts.contains { $0.contains("offers no \"rcpt_user\"") })
        #expect(bench.log.texts.contains { $0.contains("\"name\":\"remote_ip\",\"type\":\"s\"") })
        #expect(bench.host.table.listing.isEmpty)
    }

    @Test func `the hook deny sees the refusal and may lift it`() throws {
        let (bench, _) = try bench(
            #"""
            static int32_t no(hk_call c) { calls->reply(H->ctx, c, 0, none, S("too ugly")); return HK_V_DENY; }
            static int32_t yes(hk_call c) { say("next"); return HK_V_OK; }
            static int32_t deny(const hk_args *a) {
                say("%.*s %.*s %.*s %d", (int)a->denied_hook.len, a->denied_hook.ptr, (int)a->denied_plugin.len,
                    a->denied_plugin.ptr, (int)a->denied_text.len, a->denied_text.ptr, a->denied_verdict);
                return a->relaying ? HK_V_OK : HK_V_CONT;
            }
            SIMPLE(0, ON("mail", "i(call:U)", no, .flags = HK_HF_INLINE), ON("mail", "i(call:U)", yes, .flags = HK_HF_INLINE),
                      ON("deny", "i(args:p)", deny))
            """#
        )
        let session = bench.session()
        #expect(session.run(.mail).code == .deny)
        session.plugins.isRelaying = true
        #expect(session.run(.mail).code == .ok)
        #expect(bench.log.texts.prefix(3) == ["mail p too ugly 902", "mail p too ugly 902", "next"])
        #expect(bench.log.texts.last?.contains("was lifted by the hook deny") == true)
    }

    @Test func `the hook log sees lines, but not those that it causes`() throws {
        let (bench, _) = try bench(
            #"""
            static int32_t f(int32_t level, hk_str text) { say("saw %d %.*s", level, (int)text.len, text.ptr); return HK_V_CONT; }
            SIMPLE(0, ON("log", "i(log_level:i,log_text:s)", f))
            """#
        )
        bench.host.observeLog(4, "a line")
        #expect(bench.log.wait(for: "saw 4 a line") != nil)
    }

    @Test func `init_master is asked without a connection`() throws {
        let (bench, plugin) = try bench(
            #"""
            static hk_call c;
            static int32_t f(hk_call call) { c = call; return HK_V_PENDING; }
            static void later(void *ud) { if (!c || H->complete(H->ctx, c, HK_V_OK, none)) exec->after(H->ctx, 1, 0, later, NULL, NULL); }
            SIMPLE(0, ON("init_master", "i(call:U)", f, .flags = HK_HF_MAY_PEND), exec->after(H->ctx, 1, 0, later, NULL, NULL))
            """#
        )
        #expect(bench.host.runDetached(.initMaster).code == .ok)
        #expect(bench.host.runDetached(.initChild) == .nobody)
        #expect(bench.host.backstage.calls.count == 0)
        withExtendedLifetime(plugin) {}
    }
}
