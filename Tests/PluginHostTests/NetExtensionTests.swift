import Foundation
import PluginABI
import Testing

@testable import PluginHost

@Suite(.enabled(if: CPlugin.missing == nil, "a C compiler is needed"))
struct NetExtensionTests {
    /// Connects when it is told to, and logs its events as "WHAT TEXT".
    private static let source = #"""
        static const hk_ext_net *net;
        static hk_conn c;
        static sem_t gate;
        static int gated;
        static void event(void *ud, hk_conn conn, int32_t what, hk_str text) {
            if (gated) sem_wait(&gate);
            if (conn != c) say("another connection");
            if (what == HK_NET_CLOSED || what == HK_NET_ERROR) say("late write %d", net->write(H->ctx, conn, S("x")));
            say("%d %.*s", what, (int)text.len, text.ptr ? text.ptr : "");
        }
        static hk_status dial(const char *address, uint32_t flags) {
            return net->connect(H->ctx, S(address), flags, 5000, event, NULL, &c);
        }
        int64_t to(uint64_t address) { return dial((const char *)address, 0); }
        int64_t call(uint64_t flags) { return dial("mail.example:25", flags); }
        int64_t unixcall(uint64_t flags) { return dial("/run/x.sock", flags); }
        int64_t put(uint64_t x) { return net->write(H->ctx, c, S("hello")); }
        int64_t nothing(uint64_t x) { return net->write(H->ctx, c, none); }
        int64_t tls(uint64_t flags) { return net->start_tls(H->ctx, c, none, flags); }
        int64_t tlsname(uint64_t flags) { return net->start_tls(H->ctx, c, S("other.example"), flags); }
        int64_t halt(uint64_t on) { return net->pause(H->ctx, c, on); }
        int64_t end(uint64_t x) { return net->close(H->ctx, c); }
        int64_t bad(uint64_t x) {
            hk_conn d;
            hk_str odd = {"a\xff:1", 4};
            say("%d", net->connect(H->ctx, S("mail.example:25"), 0, 0, NULL, NULL, &d));
            say("%d", net->connect(H->ctx, S("mail.example:25"), 0, 0, event, NULL, NULL));
            say("%d", net->connect(H->ctx, none, 0, 0, event, NULL, &d));
            say("%d", net->connect(H->ctx, odd, 0, 0, event, NULL, &d));
            say("%d %d", net->write(H->ctx, 0, S("x")), net->write(H->ctx, c + (1 << 24), S("x")));
            say("%d %d", net->close(H->ctx, 12345), net->pause(H->ctx, 12345, 1));
            return net->start_tls(H->ctx, 12345, none, 0);
        }
        int64_t close_gate(uint64_t x) { sem_init(&gate, 0, 0); gated = 1; return 0; }
        int64_t open_gate(uint64_t n) { while (n--) sem_post(&gate); return 0; }
        static hk_status create(const hk_host *h, void **state, hk_error *err) {
            boot(h);
            net = H->get_extension(H->ctx, "haraka.net/1");
            return net ? HK_OK : HK_E_DENIED;
        }
        static void destroy(void *state) { say("destroy"); }
        PLUGIN(HK_PF_RELOADABLE, create, NULL, NULL, NULL, destroy)
        """#

    private func bench() throws -> (Bench, CPlugin, FakeNet) {
        let net = FakeNet()
        let bench = Bench(net: net)
        let plugin = try CPlugin("p", Self.source)
        try bench.load([Bench.entry(plugin, capabilities: ["net"])])
        return (bench, plugin, net)
    }

    @Test func `who has no capability gets no table, and is told which line to add`() throws {
        let bench = Bench(net: FakeNet())
        let plugin = try CPlugin("queue/p", Self.source)
        let failure = #expect(throws: LoadFailure.self) { try bench.load([Bench.entry(plugin)]) }
        #expect(failure?.fix == "grant it in config/plugins.ini: [queue/p] capabilities[]=net")
        #expect(failure?.reason.contains("haraka.net/1 needs the capability net") == true)
    }

    @Test func `a grant that is taken back and a host without sockets are told by status`() throws {
        let (bench, plugin, _) = try bench()
        try bench.load([Bench.entry(plugin)])
        #expect(plugin.call("call") == HK_E_DENIED)
        let bare = Bench()
        let other = try CPlugin("p", Self.source)
        try bare.load([Bench.entry(other, capabilities: ["net"])])
        #expect(other.call("call") == HK_E_UNSUPPORTED)
        withExtendedLifetime(bench) {}
    }

    @Test func `events come in order, and the end makes the token stale`() throws {
        let (bench, plugin, net) = try bench()
        #expect(plugin.call("call") == HK_OK)
        #expect(net.last.target == .tcp(host: "mail.example", port: 25))
        #expect(net.last.security == nil && net.last.timeout == .seconds(5))
        #expect(plugin.call("put") == HK_OK)
        #expect(plugin.call("nothing") == HK_OK)
        net.last.events.connected()
        for number in 0..<200 { net.last.say("\(number)") }
        net.last.answer(.full)
        #expect(plugin.call("put") == HK_E_LIMIT)
        net.last.events.writable()
        net.last.answer(.tooLong)
        #expect(plugin.call("put") == HK_E_INVALID)
        net.last.answer(.over)
        #expect(plugin.call("put") == HK_E_STALE)
        net.last.events.closed("gone")
        net.last.events.failed("twice")
        net.last.say("late")
        #expect(bench.log.wait(for: "4 gone") != nil)
        let expected = ["1 "] + (0..<200).map { "2 \($0)" } + ["3 ", "late write -3", "4 gone"]
        #expect(bench.log.texts == expected)
        #expect(net.last.now.written == "hello")
        for symbol in ["put", "end", "halt", "tls"] { #expect(plugin.call(symbol) == HK_E_STALE) }
    }

    @Test func `a connection that stands at once can be used in its first event`() throws {
        let source = #"""
            static const hk_ext_net *net;
            static void event(void *ud, hk_conn c, int32_t what, hk_str text) {
                hk_status written = net->write(H->ctx, c, S("x"));
                say("write %d close %d", written, net->close(H->ctx, c));
            }
            int64_t call(uint64_t x) {
                hk_conn c;
                return net->connect(H->ctx, S("a:1"), 0, 0, event, NULL, &c);
            }
            SIMPLE(0, net = H->get_extension(H->ctx, "haraka.net/1"))
            """#
        let bench = Bench(net: FakeNet(isHasty: true))
        let plugin = try CPlugin("p", source)
        try bench.load([Bench.entry(plugin, capabilities: ["net"])])
        #expect(plugin.call("call") == HK_OK)
        #expect(bench.log.wait(for: "write 0 close 0") != nil)
    }

    @Test func `closing is told, nothing comes between, and nothing can be done after it`() throws {
        let (bench, plugin, net) = try bench()
        plugin.call("call")
        net.last.events.connected()
        #expect(bench.log.wait(for: "1 ") != nil)
        #expect(plugin.call("end") == HK_OK)
        #expect(net.last.now.closes == 1)
        #expect(plugin.call("end") == HK_E_STALE)
        #expect(plugin.call("put") == HK_E_STALE)
        net.last.say("late")
        net.last.events.writable()
        net.last.events.closed("closed")
        #expect(bench.log.wait(for: "4 closed") != nil)
        #expect(bench.log.texts == ["1 ", "late write -3", "4 closed"])
    }

    @Test func `a failure to connect is an error with its reason`() throws {
        let (bench, plugin, net) = try bench()
        plugin.call("call", UInt64(HK_NET_TLS))
        #expect(net.last.security == NetSecurity(name: "mail.example", isVerified: true))
        net.last.events.failed("the connection was refused")
        #expect(bench.log.wait(for: "5 the connection was refused") != nil)
    }

    @Test(
        "An address is a host with its port, or a path",
        arguments: [
            ("mail.example:25", NetTarget.tcp(host: "mail.example", port: 25)),
            ("192.0.2.1:65535", .tcp(host: "192.0.2.1", port: 65535)),
            ("[2001:db8::1]:25", .tcp(host: "2001:db8::1", port: 25)),
            ("_x._tcp.example:1", .tcp(host: "_x._tcp.example", port: 1)),
            ("/run/a b.sock", .unix(path: "/run/a b.sock")),
            ("mail.example", nil), ("mail.example:", nil), (":25", nil), ("mail.example:0", nil),
            ("mail.example:65536", nil),
            ("mail.example:+25", nil), ("2001:db8::1:25", nil), ("[mail.example]:25", nil), ("[::1]", nil),
            ("[]:25", nil),
            ("mail example:25", nil), ("", nil), ("mail.example:25 ", nil),
            ("/\(String(repeating: "x", count: 107))", nil),
        ]
    ) func addresses(_ text: String, _ target: NetTarget?) { #expect(NetTarget(text) == target) }

    @Test func `bad arguments and tokens are told by status`() throws {
        let (bench, plugin, net) = try bench()
        plugin.call("call")
        #expect(plugin.call("bad") == HK_E_STALE)
        #expect(bench.log.texts == ["-2", "-2", "-2", "-2", "-3 -3", "-3 -3"])
        #expect(plugin.call("call", 4) == HK_E_INVALID)
        #expect(plugin.call("call", UInt64(HK_NET_TLS_NO_VERIFY)) == HK_E_INVALID)
        #expect(plugin.call("unixcall", UInt64(HK_NET_TLS)) == HK_E_INVALID)
        #expect(plugin.call("unixcall", UInt64(HK_NET_TLS | HK_NET_TLS_NO_VERIFY)) == HK_OK)
        #expect(net.last.target == .unix(path: "/run/x.sock"))
    }

    @Test func `TLS begins once, on a connection that stands, and hides what came in the clear`() throws {
        let (bench, plugin, net) = try bench()
        plugin.call("call")
        #expect(plugin.call("tls") == HK_E_PHASE)
        plugin.call("close_gate")
        net.last.events.connected()
        net.last.say("220 go, 250 injected")
        #expect(plugin.call("tls", 8) == HK_E_INVALID)
        #expect(plugin.call("tlsname") == HK_OK)
        #expect(plugin.call("tls") == HK_E_PHASE)
        net.last.say("more in the clear")
        net.last.events.connected()
        net.last.say("encrypted")
        #expect(plugin.call("tls") == HK_E_PHASE)
        #expect(net.last.now.securities == [NetSecurity(name: "other.example", isVerified: true)])
        plugin.call("open_gate", 100)
        #expect(bench.log.wait(for: "2 encrypted") != nil)
        #expect(bench.log.texts == ["1 ", "1 ", "2 encrypted"])
        plugin.call("call", UInt64(HK_NET_TLS))
        net.last.events.connected()
        #expect(plugin.call("tls") == HK_E_PHASE)
    }

    @Test func `reading stops while the plugin wants it, or its lane is behind`() throws {
        let (bench, plugin, net) = try bench()
        plugin.call("call")
        plugin.call("close_gate")
        let line = net.last
        line.events.connected()
        let text = String(repeating: "x", count: 100_000)
        for _ in 0..<4 { line.say(text) }
        #expect(line.now.pauses == [true])
        plugin.call("halt", 1)
        plugin.call("halt", 0)
        #expect(line.now.pauses == [true, true, true])
        line.say("last")
        plugin.call("open_gate", 100)
        #expect(bench.log.wait(for: "2 last") != nil)
        #expect(line.now.pauses == [true, true, true, false])
        plugin.call("halt", 1)
        #expect(line.now.pauses.last == true)
    }

    @Test func `an ending plugin is told of each connection before its destroy, and of nothing after`() throws {
        let (bench, plugin, net) = try bench()
        for _ in 0..<3 {
            plugin.call("call")
            net.last.events.connected()
            #expect(bench.log.wait(for: "1 ", count: net.lines.count) != nil)
        }
        // It knows its last connection only.
        try bench.load([])
        #expect(bench.log.wait(for: "destroy") != nil)
        let texts = bench.log.texts
        #expect(texts.count { $0 == "4 the plugin ends" } == 3)
        #expect(texts.last == "destroy")
        #expect(net.lines.allSatisfy { $0.now.closes == 1 })
        for line in net.lines {
            line.say("late")
            line.events.closed("late")
        }
        // It is over a moment after its last line.
        let limit = Date(timeIntervalSinceNow: 10)
        while plugin.call("put") != HK_E_SHUTDOWN, Date() < limit { usleep(1000) }
        #expect(plugin.call("put") == HK_E_SHUTDOWN)
        #expect(plugin.call("call") == HK_E_SHUTDOWN)
        #expect(bench.log.texts == texts)
    }

    @Test func `ten thousand connections are the most, and ended ones make room`() throws {
        let (bench, plugin, net) = try bench()
        for _ in 0..<10_000 where plugin.call("call") != HK_OK { Issue.record("refused") }
        #expect(plugin.call("call") == HK_E_LIMIT)
        for line in net.lines {
            line.events.closed("x")
            line.forget()
        }
        #expect(bench.log.wait(for: "4 x", count: 10_000) != nil)
        #expect(bench.host.backstage.connections.count == 0)
        #expect(plugin.call("call") == HK_OK)
    }

    @Test func `events of many threads keep their order within a connection`() async throws {
        let source = #"""
            static const hk_ext_net *net;
            static atomic_int inside[8], wrong, seen;
            static int next[8];
            static void event(void *ud, hk_conn c, int32_t what, hk_str text) {
                long n = (long)ud;
                if (atomic_fetch_add(&inside[n], 1) != 0) wrong++;
                if (what == HK_NET_DATA && atoi(text.ptr) != next[n]++) wrong++;
                atomic_fetch_sub(&inside[n], 1);
                if (what == HK_NET_CLOSED && ++seen == 8) say("wrong %d", wrong);
            }
            int64_t call(uint64_t n) {
                hk_conn c;
                return net->connect(H->ctx, S("a:1"), 0, 0, event, (void *)n, &c);
            }
            SIMPLE(0, net = H->get_extension(H->ctx, "haraka.net/1"))
            """#
        let net = FakeNet()
        let bench = Bench(net: net)
        let plugin = try CPlugin("p", source)
        try bench.load([Bench.entry(plugin, capabilities: ["net"])])
        for number in 0..<8 { plugin.call("call", UInt64(number)) }
        await withTaskGroup { group in
            for line in net.lines {
                group.addTask {
                    line.events.connected()
                    // A C reader wants an end.
                    for number in 0..<1000 { line.say("\(number)\0") }
                    line.events.closed("done")
                }
            }
        }
        #expect(bench.log.wait(for: "wrong 0") != nil)
    }
}
