import Hooks
import Mail
import Testing

@testable import PluginHost

@Suite(.enabled(if: CPlugin.missing == nil, "a C compiler is needed"))
struct SessionExtensionTests {
    /// Tells a fact as the plugin sees it: its text, number or status.
    private static let tell = #"""
        static void tell(uint64_t token, const char *name) {
            char buf[200]; size_t need = 0; hk_value v;
            hk_status s = session->fact(H->ctx, token, name, &v, buf, sizeof buf, &need);
            if (s) say("%s: status %d", name, s);
            else if (v.type == HK_T_STR) say("%s: %.*s", name, (int)v.as.s.len, v.as.s.ptr);
            else if (v.type == HK_T_NULL) say("%s: absent", name);
            else say("%s: %c %lld", name, (char)v.type, (long long)v.as.i);
        }
        """#

    private func bench(_ source: String, capabilities: Set<String> = []) throws -> (Bench, CPlugin) {
        let plugin = try CPlugin("p", Self.tell + source)
        let bench = Bench()
        try bench.load([Bench.entry(plugin, capabilities: capabilities)])
        return (bench, plugin)
    }

    @Test func `facts are read by name, from a session, a transaction and a call`() throws {
        let (bench, _) = try bench(
            #"""
            static int32_t f(const hk_args *a) {
                tell(a->session, "remote_ip"); tell(a->session, "remote_port"); tell(a->session, "tls");
                tell(a->session, "uuid"); tell(a->txn, "uuid"); tell(a->call, "uuid");
                tell(a->txn, "mail_address"); tell(a->txn, "mail_size"); tell(a->call, "relaying");
                tell(a->call, "rcpt[0].address"); tell(a->call, "rcpt[1].user"); tell(a->call, "rcpt[1].domain");
                tell(a->call, "rcpt[2].user"); tell(a->call, "rcpt[x].user"); tell(a->call, "rcpt[1"); tell(a->call, "rcpt[1].y");
                tell(a->call, "nonsense"); tell(a->call, "ud"); tell(a->call, "auth_secret");
                tell(0, "remote_ip"); tell(a->session + 8, "remote_ip"); tell(a->session ^ 6, "remote_ip");
                return HK_V_OK;
            }
            SIMPLE(0, ON("rcpt", "i(args:p)", f, .flags = HK_HF_INLINE))
            """#
        )
        let session = bench.session()
        try session.begin(to: ["one@example.com", "two@example.net"])
        #expect(session.run(.rcpt).code == .ok)
        #expect(
            bench.log.texts == [
                "remote_ip: 192.0.2.7", "remote_port: I 4321", "tls: absent", "uuid: UUID", "uuid: UUID.1",
                "uuid: UUID.1", "mail_address: alice@example.org", "mail_size: U 1000", "relaying: b 0",
                "rcpt[0].address: one@example.com", "rcpt[1].user: two", "rcpt[1].domain: example.net",
                "rcpt[2].user: status -4", "rcpt[x].user: status -4", "rcpt[1: status -4", "rcpt[1].y: status -4",
                "nonsense: status -4", "ud: status -4", "auth_secret: status -5", "remote_ip: status -3",
                "remote_ip: status -3", "remote_ip: status -3",
            ]
        )
    }

    @Test func `a buffer that is too small is told how much it takes, and stays as it was`() throws {
        let (bench, _) = try bench(
            #"""
            static int32_t f(const hk_args *a) {
                char buf[8] = "-------"; size_t need = 0; hk_value v;
                int s = session->fact(H->ctx, a->session, "remote_ip", &v, buf, 8, &need);
                say("%d %d %s", s, (int)need, buf);
                say("%d", session->fact(H->ctx, a->session, "remote_ip", &v, buf, 8, NULL));
                say("%d", session->fact(H->ctx, a->session, NULL, &v, buf, 8, NULL));
                return HK_V_CONT;
            }
            SIMPLE(0, ON("connect", "i(args:p)", f, .flags = HK_HF_INLINE))
            """#
        )
        _ = bench.session().run(.connect)
        #expect(bench.log.texts == ["-6 9 -------", "-6", "-2"])
    }

    @Test func `staged writes are seen by the call itself, then by the plugins behind it, then by the server`() throws {
        let one = try CPlugin(
            "one",
            Self.tell + #"""
                static int32_t f(const hk_args *a) {
                    say("%d", session->set_relaying(H->ctx, a->call, 1));
                    say("%d", session->rcpt_set_user(H->ctx, a->call, a->rcpt_index, S("bob")));
                    say("%d", session->rcpt_add(H->ctx, a->call, S("carol@example.net")));
                    say("%d", session->rcpt_rewrite(H->ctx, a->call, 2, S("dave@example.net")));
                    say("%d", session->rcpt_drop(H->ctx, a->call, 0));
                    tell(a->call, "relaying"); tell(a->call, "rcpt_address"); tell(a->call, "rcpt[2].address");
                    tell(a->call, "rcpt[2].original"); tell(a->call, "rcpt[0].address"); tell(a->call, "rcpt_count");
                    tell(a->session, "relaying"); tell(a->txn, "rcpt_address");
                    return HK_V_CONT;
                }
                SIMPLE(0, ON("rcpt", "i(args:p)", f, .flags = FLAGS))
                """#,
            defines: ["ID=\"one\"", "FLAGS=HK_HF_INLINE"]
        )
        let two = try CPlugin(
            "two",
            #"""
            static int32_t f(const hk_args *a) {
                say("%d %.*s was %.*s, %d", a->relaying, (int)a->rcpt_address.len, a->rcpt_address.ptr,
                    (int)a->rcpt_original.len, a->rcpt_original.ptr, a->rcpt_count);
                return HK_V_OK;
            }
            SIMPLE(0, ON("rcpt", "i(args:p)", f, .flags = 0))
            """#,
            defines: ["ID=\"two\""]
        )
        let bench = Bench()
        try bench.load([Bench.entry(one, capabilities: ["relaying"]), Bench.entry(two)])
        let session = bench.session()
        try session.begin(to: ["gone@example.com", "bob-20991231@example.com"])
        #expect(session.run(.rcpt).code == .ok)
        let lines = bench.log.texts
        #expect(lines.prefix(5) == ["0", "0", "0", "0", "0"])
        #expect(
            Array(lines.dropFirst(5)) == [
                "relaying: b 1", "rcpt_address: bob@example.com", "rcpt[2].address: dave@example.net",
                "rcpt[2].original: carol@example.net", "rcpt[0].address: absent", "rcpt_count: I 2",
                "relaying: b 0", "rcpt_address: bob-20991231@example.com",
                "1 bob@example.com was bob-20991231@example.com, 2",
            ]
        )
        #expect(session.plugins.isRelaying)
        let recipients = try #require(session.plugins.envelope?.recipients)
        #expect(recipients.map(\.address.text) == ["gone@example.com", "bob@example.com", "dave@example.net"])
        #expect(recipients.map(\.isDropped) == [true, false, false])
    }

    @Test func `what the last call of a refused recipient added goes with it`() throws {
        let (bench, _) = try bench(
            #"""
            static int32_t f(hk_call c) { session->rcpt_add(H->ctx, c, S("x@example.net")); return HK_V_DENY; }
            SIMPLE(0, ON("rcpt", "i(call:U)", f, .flags = HK_HF_INLINE))
            """#
        )
        let session = bench.session()
        try session.begin(to: ["one@example.com"])
        _ = session.plugins.add(Recipient(try Address(parsing: "two@example.com")))
        #expect(session.run(.rcpt).code == .deny)
        session.plugins.removeLastRecipient()
        #expect(session.plugins.envelope?.recipients.map(\.address.text) == ["one@example.com"])
    }

    /// Four ways in which a call comes to nothing.
    @Test(arguments: [
        "0", "usleep(150000), HK_V_OK", "HK_V_PENDING", "calls->reply(H->ctx, c, 450, none, none), HK_V_DENY",
    ])
    func `a call that failed has written nothing`(ending: String) throws {
        let plugin = try CPlugin(
            "p",
            #"""
            static int32_t f(hk_call c) {
                session->set_relaying(H->ctx, c, 1);
                session->rcpt_rewrite(H->ctx, c, 0, S("evil@example.net"));
                session->rcpt_add(H->ctx, c, S("evil@example.net"));
                message->edit(H->ctx, c, HK_EDIT_ADD_TOP, S("X-Evil"), S("1"), 0);
                return ENDING;
            }
            SIMPLE(0, ON("data_post", "i(call:U)", f, .flags = HK_HF_MAY_PEND))
            """#,
            defines: ["ENDING=\(ending)"]
        )
        let bench = Bench()
        try bench.load([Bench.entry(plugin, timeout: .milliseconds(60), capabilities: ["relaying"])])
        let session = bench.session()
        try session.begin(to: ["one@example.com"])
        session.beginMessage("A: b\r\n\r\n", leading: "")
        #expect(session.run(.dataPost).failure != nil)
        #expect(!session.plugins.isRelaying)
        #expect(session.plugins.envelope?.recipients.map(\.address.text) == ["one@example.com"])
        #expect(session.messageText == "A: b\r\n\r\n")
    }

    @Test func `writes are refused for what they are`() throws {
        let (bench, plugin) = try bench(
            #"""
            static hk_call old;
            static int32_t connect(hk_call c) {
                old = c;
                say("%d", session->set_relaying(H->ctx, c, 1));
                say("%d", session->rcpt_add(H->ctx, c, S("a@b.example")));
                say("%d", session->rcpt_drop(H->ctx, c, 0));
                say("%d", session->rcpt_set_user(H->ctx, c, 0, S("a")));
                say("%d", session->add_capability(H->ctx, c, S("X")));
                say("%d", message->edit(H->ctx, c, HK_EDIT_ADD_TOP, S("X"), S("y"), 0));
                return HK_V_CONT;
            }
            static int32_t rcpt(hk_call c) {
                say("%d", session->rcpt_add(H->ctx, c, S("not an address")));
                say("%d", session->rcpt_add(H->ctx, c, none));
                say("%d", session->rcpt_add(H->ctx, c, S("a@b@c.example")));
                say("%d", session->rcpt_rewrite(H->ctx, c, 7, S("a@b.example")));
                say("%d", session->rcpt_drop(H->ctx, c, 1));
                say("%d", session->rcpt_set_user(H->ctx, c, 0, S("a\nb")));
                say("%d", session->rcpt_add(H->ctx, old, S("a@b.example")));
                return HK_V_OK;
            }
            SIMPLE(0, ON("connect", "i(call:U)", connect, .flags = HK_HF_INLINE),
                      ON("rcpt", "i(call:U)", rcpt, .flags = HK_HF_INLINE))
            """#
        )
        let session = bench.session()
        _ = session.run(.connect)
        #expect(bench.log.texts == ["-5", "-8", "-8", "-8", "-8", "-8"])
        try session.begin(to: ["one@example.com"])
        _ = session.run(.rcpt)
        #expect(bench.log.texts.dropFirst(6) == ["-2", "-2", "-2", "-4", "-4", "-2", "-3"])
        #expect(session.plugins.envelope?.recipients.count == 1)
        withExtendedLifetime(plugin) {}
    }

    @Test func `capabilities are taken once, and only good ones`() throws {
        let (bench, _) = try bench(
            #"""
            static int32_t f(hk_call c) {
                char big[502]; memset(big, 'x', 501); big[501] = 0;
                say("%d", session->add_capability(H->ctx, c, S("AUTH PLAIN")));
                say("%d", session->add_capability(H->ctx, c, S("A\r\nB")));
                say("%d", session->add_capability(H->ctx, c, S("")));
                say("%d", session->add_capability(H->ctx, c, S(big)));
                return HK_V_CONT;
            }
            SIMPLE(0, ON("capabilities", "i(call:U)", f))
            """#
        )
        let session = bench.session()
        _ = session.run(.capabilities)
        #expect(bench.log.texts == ["0", "-2", "-2", "-2"])
        #expect(session.plugins.takeCapabilities() == ["AUTH PLAIN"])
        #expect(session.plugins.takeCapabilities() == [])
    }

    @Test func `auth hooks need the capability, and see secrets while they are asked only`() throws {
        let source = #"""
            static int32_t f(const hk_args *a) {
                say("%.*s %.*s %.*s", (int)a->auth_mechanism.len, a->auth_mechanism.ptr, (int)a->auth_user.len,
                    a->auth_user.ptr, (int)a->auth_secret.len, a->auth_secret.ptr);
                return HK_V_OK;
            }
            static int32_t lookup(hk_call c) {
                hk_str k = {"0123456789abcdef", 16};
                say("%d", session->set_verifier(H->ctx, c, S("SCRAM-SHA-256"), k, 4095, k, k));
                say("%d", session->set_verifier(H->ctx, c, S("SCRAM-SHA-256"), S("short"), 4096, k, k));
                say("%d", session->set_verifier(H->ctx, c, S("SCRAM-SHA-256"), k, 4096, k, k));
                return HK_V_OK;
            }
            static int32_t noop(const hk_args *a) { say("%d %d", a->auth_user.ptr == NULL, a->auth_secret.ptr == NULL); return HK_V_CONT; }
            static hk_status create(const hk_host *h, void **state, hk_error *err) {
                boot(h);
                hk_status s = ON("auth_verify", "i(args:p)", f, .flags = HK_HF_INLINE);
                if (s) return s;
                ON("auth_lookup", "i(call:U)", lookup, .flags = HK_HF_INLINE);
                ON("noop", "i(args:p)", noop, .flags = HK_HF_INLINE);
                return 0;
            }
            PLUGIN(0, create, NULL, NULL, NULL, NULL)
            """#
        let plugin = try CPlugin("auth/x", source)
        let bench = Bench()
        let failure = try #require(throws: LoadFailure.self) { try bench.load(plugin) }
        #expect(failure.fix == "grant it in config/plugins.ini: [auth/x] capabilities[]=auth.secret")
        try bench.load([Bench.entry(plugin, capabilities: ["auth.secret"])])
        let session = bench.session()
        let about = About.authentication(mechanism: "PLAIN", user: "ann", secret: Array("pw".utf8), token: [])
        #expect(session.run(.authVerify, about).code == .ok)
        _ = session.run(.noop)
        _ = session.run(.authLookup, about)
        #expect(bench.log.texts.suffix(5) == ["PLAIN ann pw", "1 1", "-2", "-2", "0"])
        #expect(session.plugins.takeVerifier()?.iterations == 4096)
        #expect(session.plugins.takeVerifier() == nil)
    }
}
