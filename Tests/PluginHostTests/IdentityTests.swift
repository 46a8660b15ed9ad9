import Hooks
import PluginABI
import Testing

@testable import PluginHost

@Suite(.enabled(if: CPlugin.missing == nil, "a C compiler is needed"))
struct IdentityTests {
    /// Calls identify with what the test's note says, tells the status, and answers OK.
    private static let source = #"""
        static hk_identity who;
        static char kept[8][600];
        static hk_str word(int i, const char *text) {
            if (!strcmp(text, "-")) return none;
            snprintf(kept[i], sizeof kept[i], "%s", text);
            return S(kept[i]);
        }
        /* ip host localip hello user, remote and local port, struct_size less */
        void set(const char *ip, const char *host, const char *local, const char *hello, const char *user,
                 int port, int local_port, int less) {
            who = (hk_identity){.struct_size = sizeof who - less, .remote_ip = word(0, ip), .remote_host = word(1, host),
                .local_ip = word(2, local), .hello_host = word(3, hello), .auth_user = word(4, user),
                .remote_port = port, .local_port = local_port, .esmtp = 1};
        }
        static int32_t f(const hk_args *a) {
            say("status %d", session->identify(H->ctx, a->call, &who));
            return HK_V_OK;
        }
        static int32_t null(const hk_args *a) {
            say("status %d", session->identify(H->ctx, a->call, NULL));
            return HK_V_CONT;
        }
        SIMPLE(0, ON("unrecognized_command", "i(args:p)", f, .flags = HK_HF_INLINE);
            ON("noop", "i(args:p)", f, .flags = HK_HF_INLINE); ON("vrfy", "i(args:p)", null, .flags = HK_HF_INLINE))
        """#

    private typealias Setter =
        @convention(c) (
            UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafePointer<CChar>,
            UnsafePointer<CChar>,
            Int32, Int32, Int32
        ) -> Void

    /// One identity as the plugin gives it, and what the host says to it.
    struct Row: Sendable, CustomTestStringConvertible {
        var ip = "198.51.100.9"
        var host = "-"
        var local = "-"
        var hello = "-"
        var user = "-"
        var port: Int32 = 0
        var localPort: Int32 = 0
        var less: Int32 = 0
        var status = HK_OK
        var seen = "198.51.100.9"

        var testDescription: String { "\(ip) \(host) \(local) \(hello) \(user) \(port) \(localPort) \(less)" }
    }

    static let rows: [Row] = [
        Row(), Row(ip: "2001:DB8:0:0::1", seen: "2001:db8::1"), Row(ip: "::ffff:192.0.2.1", seen: "192.0.2.1"),
        Row(ip: "::1", seen: "::1"), Row(host: "a.example", hello: "b.example", user: "Bob M\u{fc}ller", port: 65535),
        Row(local: "::1", localPort: 587), Row(hello: "my host"), Row(host: String(repeating: "x", count: 255)),
        Row(user: String(repeating: "x", count: 512)),
        Row(ip: "-", status: HK_E_INVALID), Row(ip: "", status: HK_E_INVALID),
        Row(ip: "localhost", status: HK_E_INVALID),
        Row(ip: "192.0.2.7 ", status: HK_E_INVALID), Row(ip: "192.0.2.300", status: HK_E_INVALID),
        Row(ip: "fe80::1%eth0", status: HK_E_INVALID), Row(host: "", status: HK_E_INVALID),
        Row(host: "a b", status: HK_E_INVALID), Row(host: "a\nb", status: HK_E_INVALID),
        Row(host: "a\u{85}b", status: HK_E_INVALID),
        Row(host: String(repeating: "x", count: 256), status: HK_E_INVALID),
        Row(local: "x", status: HK_E_INVALID), Row(hello: "", status: HK_E_INVALID),
        Row(hello: "\u{fc}", status: HK_E_INVALID), Row(hello: "a\rb", status: HK_E_INVALID),
        Row(user: "", status: HK_E_INVALID), Row(user: "a\u{1b}[2J", status: HK_E_INVALID),
        Row(user: "a\u{2028}b", status: HK_E_INVALID),
        Row(user: String(repeating: "x", count: 513), status: HK_E_INVALID),
        Row(port: -1, status: HK_E_INVALID), Row(port: 65536, status: HK_E_INVALID),
        Row(localPort: -1, status: HK_E_INVALID), Row(localPort: 65536, status: HK_E_INVALID),
        Row(less: 1, status: HK_E_INVALID), Row(less: 96, status: HK_E_INVALID),
    ]

    private func bench(_ row: Row, capabilities: Set<String> = ["identity"]) throws -> Bench {
        let plugin = try CPlugin("p", Self.source)
        let bench = Bench()
        try bench.load([Bench.entry(plugin, capabilities: capabilities)])
        let setter: Setter = try unsafe plugin.function("set")
        unsafe setter(row.ip, row.host, row.local, row.hello, row.user, row.port, row.localPort, row.less)
        return bench
    }

    @Test(arguments: rows) func `an identity is taken when each of its values is allowed`(_ row: Row) throws {
        let bench = try bench(row)
        let session = bench.session()
        #expect(session.run(.unrecognizedCommand, .command(verb: "X", argument: "")).code == .ok)
        #expect(bench.log.texts == ["status \(row.status)"])
        let client = session.plugins.takeIdentity()
        #expect((client != nil) == (row.status == HK_OK))
        guard let client else { return }
        #expect(client.remoteIP == row.seen)
        #expect(client.remoteHost == (row.host == "-" ? nil : row.host))
        #expect(client.localIP == (row.local == "-" ? nil : row.local))
        #expect(client.helloHost == (row.hello == "-" ? nil : row.hello))
        #expect(client.authUser == (row.user == "-" ? nil : row.user))
        #expect(client.remotePort == Int(row.port) && client.localPort == Int(row.localPort))
        #expect(client.isESMTP == (client.helloHost != nil))
        #expect(session.plugins.takeIdentity() == nil)
    }

    @Test func `without the capability, in another hook and within a transaction it is refused`() throws {
        let denied = try bench(Row(), capabilities: ["relaying"])
        _ = denied.session().run(.unrecognizedCommand, .command(verb: "X", argument: ""))
        #expect(denied.log.texts == ["status \(HK_E_DENIED)"])
        let bench = try bench(Row())
        let session = bench.session()
        _ = session.run(.noop)
        _ = session.run(.unrecognizedCommand, .command(verb: "HELP", argument: ""))
        _ = session.run(.vrfy, .command(verb: "VRFY", argument: ""))
        try session.begin()
        _ = session.run(.unrecognizedCommand, .command(verb: "X", argument: ""))
        #expect(bench.log.texts == Array(repeating: "status \(HK_E_PHASE)", count: 4))
        #expect(session.plugins.takeIdentity() == nil)
    }

    @Test func `nothing is left of the former client but the token, the port and TLS`() throws {
        let plugin = try CPlugin(
            "p",
            #"""
            static uint64_t first;
            static void tell(const hk_args *a, const char *name) {
                char buf[200]; size_t need = 0; hk_value v;
                hk_status s = session->fact(H->ctx, a->session, name, &v, buf, sizeof buf, &need);
                if (s) say("%s: %d", name, s);
                else if (v.type == HK_T_STR) say("%s=%.*s", name, (int)v.as.s.len, v.as.s.ptr);
                else if (v.type == HK_T_NULL) say("%s absent", name);
                else say("%s=%lld", name, (long long)v.as.i);
            }
            static int32_t f(const hk_args *a) {
                if (first) say("token %s", first == a->session ? "same" : "other");
                first = a->session;
                static const char *const names[] = {"uuid", "remote_ip", "remote_port", "remote_host", "local_ip",
                    "local_port", "hello_host", "esmtp", "auth_user", "relaying", "tls"};
                for (unsigned i = 0; i < sizeof names / sizeof *names; i++) tell(a, names[i]);
                char buf[20]; size_t need; hk_value v;
                say("note %d", notes->get(H->ctx, a->session, S("n"), &v, buf, sizeof buf, &need));
                hk_value one = {.type = HK_T_BOOL, .as.u = 1};
                notes->set(H->ctx, a->session, S("n"), &one);
                return HK_V_CONT;
            }
            SIMPLE(0, ON("noop", "i(args:p)", f, .flags = HK_HF_INLINE))
            """#
        )
        let bench = Bench()
        try bench.load(plugin)
        let session = bench.session()
        session.plugins.setRemoteHost("proxy.example")
        session.plugins.setHello("proxy", esmtp: true)
        session.plugins.setAuthUser("proxy")
        session.plugins.setTLS("TLSv1.3 X")
        session.plugins.isRelaying = true
        _ = session.run(.noop)
        session.plugins.restart(id: "NEXT", as: ClientIdentity(remoteIP: "198.51.100.9"))
        #expect(session.plugins.id == "NEXT")
        _ = session.run(.noop)
        #expect(
            bench.log.texts.suffix(13) == [
                "token same", "uuid=NEXT", "remote_ip=198.51.100.9", "remote_port=0", "remote_host absent",
                "local_ip=192.0.2.1", "local_port=25", "hello_host absent", "esmtp=0", "auth_user absent", "relaying=0",
                "tls=TLSv1.3 X", "note \(HK_E_NOT_FOUND)",
            ]
        )
        var client = ClientIdentity(remoteIP: "2001:db8::1")
        (client.remotePort, client.remoteHost, client.localIP, client.localPort) = (7, "c.example", "::1", 587)
        (client.helloHost, client.isESMTP, client.authUser) = ("hello", true, "Bob")
        session.plugins.restart(id: "LAST", as: client)
        _ = session.run(.noop)
        #expect(
            bench.log.texts.suffix(12).dropLast() == [
                "uuid=LAST", "remote_ip=2001:db8::1", "remote_port=7", "remote_host=c.example", "local_ip=::1",
                "local_port=587", "hello_host=hello", "esmtp=1", "auth_user=Bob", "relaying=1", "tls=TLSv1.3 X",
            ]
        )
    }
}
