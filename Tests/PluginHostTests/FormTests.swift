import Hooks
import Testing

@testable import PluginHost

@Suite(.enabled(if: CPlugin.missing == nil, "a C compiler is needed"))
struct FormTests {
    /// Every type of parameter, in an order of the plugin's own.
    @Test func `named parameters arrive in the plugin's order with the hook's facts`() throws {
        let plugin = try CPlugin(
            "named",
            #"""
            static int marker;
            static int32_t rcpt(hk_str user, void *ud, int32_t index, uint8_t relaying, uint64_t size, hk_call c,
                                hk_str absent, hk_str mail) {
                say("%.*s %d %d %d %d %d %d [%.*s]", (int)user.len, user.ptr, ud == &marker, index, relaying, (int)size,
                    c != 0, absent.ptr == NULL, (int)mail.len, mail.ptr);
                return HK_V_OK;
            }
            SIMPLE(0, ON("rcpt", "i(rcpt_user:s,ud:p,rcpt_index:i,relaying:b,mail_size:U,call:U,tls:s,mail_address:s)",
                         rcpt, .flags = HK_HF_INLINE, .ud = &marker))
            """#
        )
        let bench = Bench()
        try bench.load(plugin)
        let session = bench.session()
        session.plugins.isRelaying = true
        try session.begin(to: ["a@example.org", "bob@example.com"])
        #expect(session.run(.rcpt).code == .ok)
        #expect(bench.log.texts == ["bob 1 1 1 1000 1 1 [alice@example.org]"])
    }

    @Test func `a null sender is present and empty, where an unknown fact is absent`() throws {
        let plugin = try CPlugin(
            "null",
            #"""
            static int32_t mail(const hk_args *a) {
                say("%d %d %d", a->mail_address.ptr != NULL, (int)a->mail_address.len, a->auth_user.ptr == NULL);
                return HK_V_CONT;
            }
            SIMPLE(0, ON("mail", "i(args:p)", mail, .flags = HK_HF_INLINE))
            """#
        )
        let bench = Bench()
        try bench.load(plugin)
        let session = bench.session()
        try session.begin(from: "")
        #expect(session.run(.mail).code == .cont)
        #expect(bench.log.texts == ["1 0 1"])
    }

    @Test(arguments: [0, 1]) func `one struct serves every hook and holds what was known before`(isInline: Int) throws {
        let plugin = try CPlugin(
            "args",
            #"""
            #define T(x) (int)a->x.len, a->x.ptr
            static int32_t see(const hk_args *a) {
                say("%.*s:%d %.*s:%d host=%.*s hello=%.*s/%d tls=%.*s auth=%.*s from=%.*s/%.*s/%.*s", T(remote_ip),
                    a->remote_port, T(local_ip), a->local_port, T(remote_host), T(hello_host), a->esmtp, T(tls),
                    T(auth_user), T(mail_address), T(mail_user), T(mail_domain));
                say("to=%.*s/%.*s/%.*s was=%.*s %d of %d size=%d struct=%d", T(rcpt_address), T(rcpt_user),
                    T(rcpt_domain), T(rcpt_original), a->rcpt_index, a->rcpt_count, (int)a->size,
                    a->struct_size == sizeof *a);
                return HK_V_CONT;
            }
            SIMPLE(0, ON("rcpt", "i(args:p)", see, .flags = INLINE ? HK_HF_INLINE : 0),
                      ON("data_post", "i(args:p)", see, .flags = INLINE ? HK_HF_INLINE : 0))
            """#,
            defines: ["INLINE=\(isInline)"]
        )
        let bench = Bench()
        try bench.load(plugin)
        let session = bench.session()
        session.plugins.setRemoteHost("client.example.net")
        session.plugins.setHello("client.example", esmtp: true)
        session.plugins.setTLS("TLSv1.3 X")
        session.plugins.setAuthUser("alice")
        try session.begin(to: ["Bob@Example.COM"])
        _ = session.run(.rcpt)
        session.beginMessage("Subject: x\r\n\r\nbody\r\n")
        _ = session.run(.dataPost)
        let known =
            "192.0.2.7:4321 192.0.2.1:25 host=client.example.net hello=client.example/1 tls=TLSv1.3 X auth=alice "
            + "from=alice@example.org/alice/example.org"
        #expect(
            bench.log.texts == [
                known, "to=Bob@example.com/Bob/example.com was=Bob@example.com 0 of 1 size=0 struct=1",
                known, "to=// was= 0 of 1 size=20 struct=1",
            ]
        )
    }

    @Test func `what one hook was told is gone for the next`() throws {
        let plugin = try CPlugin(
            "about",
            #"""
            static int32_t see(const hk_args *a) {
                say("[%.*s] [%.*s]", (int)a->command.len, a->command.ptr, (int)a->argument.len, a->argument.ptr);
                return HK_V_CONT;
            }
            SIMPLE(0, ON("unrecognized_command", "i(args:p)", see, .flags = HK_HF_INLINE),
                      ON("noop", "i(args:p)", see, .flags = HK_HF_INLINE))
            """#
        )
        let bench = Bench()
        try bench.load(plugin)
        let session = bench.session()
        _ = session.run(.unrecognizedCommand, .command(verb: "XYZ", argument: "a b"))
        _ = session.run(.noop)
        #expect(bench.log.texts == ["[XYZ] [a b]", "[] []"])
    }

    @Test func `priorities order a line, then the list, then add`() throws {
        let source = #"""
            static int32_t see(void *ud) { say("%s", (char *)ud); return HK_V_CONT; }
            SIMPLE(0, ON("connect", "i(ud:p)", see, .flags = HK_HF_INLINE, .ud = NAME "0a"),
                      ON("connect", "i(ud:p)", see, .flags = HK_HF_INLINE, .ud = NAME "0b"),
                      ON("connect", "i(ud:p)", see, .flags = HK_HF_INLINE, .priority = 5, .ud = NAME "5"),
                      ON("connect", "i(ud:p)", see, .flags = HK_HF_INLINE, .priority = -5, .ud = NAME "-5"))
            """#
        let one = try CPlugin("one", source, defines: ["NAME=\"one\"", "ID=\"a\""])
        let two = try CPlugin("two", source, defines: ["NAME=\"two\"", "ID=\"b\""])
        let bench = Bench()
        try bench.load(one, two)
        _ = bench.session().run(.connect)
        #expect(bench.log.texts == ["one-5", "two-5", "one0a", "one0b", "two0a", "two0b", "one5", "two5"])
        #expect(bench.host.table.listing.map(\.priority) == [-5, -5, 0, 0, 0, 0, 5, 5])
        #expect(bench.host.table.line(of: .connect).map(\.order) == Array(1...8))
    }
}
