import Hooks
import Mail
import PluginABI
import Testing

@testable import PluginHost

@Suite(.enabled(if: CPlugin.missing == nil, "a C compiler is needed"))
struct OutboundExtensionTests {
    private static let source = #"""
        static const hk_ext_outbound *out;
        static const hk_ext_dns *dns;
        static hk_call open_call;

        static void submitted(void *ud, hk_status status, uint64_t entry) { say("submitted %d %d", status, (int)entry); }
        static void acted(void *ud, hk_status status) { say("acted %d", status); }
        static void shown(void *ud, hk_status status, hk_str json) { say("shown %d %.*s", status, (int)json.len, json.ptr); }
        static void resolved(void *ud, const hk_dns_answer *a) {
            say("resolved %d %u %d %u %.*s", a->rcode, a->ttl, a->security, a->count, a->count ? (int)a->records[1].len : 0,
                a->count ? a->records[1].ptr : "");
        }
        static void delivered(void *ud, hk_status status, const hk_outcome *o, uint32_t n) {
            say("delivered %d %u", status, n);
            for (uint32_t i = 0; i < n; i++)
                say("%d %u %d %.*s %d %.*s %.*s", o[i].what, o[i].rcpt_index, o[i].code, (int)o[i].address.len, o[i].address.ptr,
                    o[i].host.ptr != NULL, (int)o[i].enhanced.len, o[i].enhanced.ptr, (int)o[i].text.len, o[i].text.ptr);
            if (ud) H->complete(H->ctx, open_call, HK_V_OK, none);
        }
        static hk_next_hop hop(const char *host) {
            hk_next_hop h = {.struct_size = sizeof h, .host = S(host)};
            return h;
        }
        static hk_status submit(const char *from, const char *to, const char *text) {
            hk_str rcpt = S(to), part = S(text);
            hk_mail m = {.struct_size = sizeof m, .recipient_count = 1, .part_count = 1, .sender = S(from), .recipients = &rcpt, .parts = &part};
            return out->submit(H->ctx, &m, submitted, NULL);
        }
        int64_t send(uint64_t x) { return submit("a@x.example", "b@y.example", "Subject: x\r\n\r\nh\xc3\xa9\r\n"); }
        int64_t null_sender(uint64_t x) { return submit("", "b@y.example", "Subject: x\r\n\r\n"); }
        int64_t bad(uint64_t x) {
            hk_str rcpt = S("b@y.example"), part = S("x\r\n");
            hk_mail m = {.struct_size = sizeof m, .recipient_count = 1, .part_count = 1, .recipients = &rcpt, .parts = &part};
            say("%d", submit("a@x.example", "nobody", "x\r\n"));
            say("%d", submit("a@", "b@y.example", "x\r\n"));
            say("%d", submit("a@x.example", "b@y.example", "x\n"));
            say("%d", submit("a@x.example", "b@y.example", "x\r\r\n"));
            say("%d", submit("a@x.example", "b@y.example", "x"));
            say("%d", out->submit(H->ctx, &m, submitted, NULL)); /* no sender at all */
            m.sender = S("a@x.example");
            say("%d", out->submit(H->ctx, &m, NULL, NULL));
            m.recipient_count = 0;
            say("%d", out->submit(H->ctx, &m, submitted, NULL));
            m.recipient_count = 50001;
            say("%d", out->submit(H->ctx, &m, submitted, NULL));
            m.recipient_count = 1; m.struct_size = 8;
            say("%d", out->submit(H->ctx, &m, submitted, NULL));
            say("%d", out->act(H->ctx, 1, 9, acted, NULL));
            say("%d", out->enqueue(H->ctx, 4711));
            return dns->query(H->ctx, S(""), HK_DNS_MX, 0, resolved, NULL);
        }
        int64_t bad_hops(uint64_t c) {
            hk_next_hop h[] = {hop(""), hop("two words"), hop("a"), hop("a"), hop("a"), hop("/p"), hop("/p"), hop("a"), hop("a"), hop("a")};
            h[2].port = 65536; h[3].tls = 4; h[4].flags = 8; h[5].flags = HK_NH_MX; h[6].tls = HK_TLS_VERIFIED;
            h[7].user = S("u"); h[8].hello = S("a\nb"); h[9].struct_size = 40;
            for (int i = 0; i < 10; i++) if (out->deliver(H->ctx, c, NULL, 0, &h[i], 1, delivered, NULL) != HK_E_INVALID) say("hop %d", i);
            if (out->deliver(H->ctx, c, NULL, 0, NULL, 1, delivered, NULL) != HK_E_INVALID) say("no hops");
            if (out->deliver(H->ctx, c, NULL, 0, h, 0, delivered, NULL) != HK_E_INVALID) say("none");
            return 0;
        }
        int64_t act(uint64_t n) { return out->act(H->ctx, n, HK_Q_HOLD, acted, NULL); }
        int64_t show(uint64_t n) { return out->entry(H->ctx, n, shown, NULL); }
        int64_t ask(uint64_t ms) { return dns->query(H->ctx, S("x.example"), HK_DNS_MX, (uint32_t)ms, resolved, NULL); }

        static int32_t mx(const hk_args *a) {
            hk_next_hop h = hop("10.0.0.1");
            h.port = 26; h.flags = HK_NH_LMTP; h.tls = HK_TLS_VERIFIED; h.source = S("10.0.0.2, 10.0.0.3"); h.hello = S("me.example");
            h.user = S("u"); h.password = S(""); h.mechanism = S("PLAIN");
            if (out->add_next_hop(H->ctx, a->call, &h) || out->enqueue(H->ctx, a->call) != HK_E_PHASE) return 0;
            h = hop("/run/x");
            for (int i = 0; i < 31; i++) if (out->add_next_hop(H->ctx, a->call, &h)) return 0;
            say("33rd %d", out->add_next_hop(H->ctx, a->call, &h));
            say("%s", a->domain.ptr ? "domain" : "none");
            return HK_V_OK;
        }
        static int32_t queue(const hk_args *a) {
            hk_next_hop h[2] = {hop("a.example"), hop("b.example")};
            uint32_t one[] = {2}, twice[] = {0, 0}, far[] = {9};
            open_call = a->call;
            bad_hops(a->call);
            say("%d %d", out->deliver(H->ctx, a->call, twice, 2, h, 1, delivered, NULL), out->deliver(H->ctx, a->call, far, 1, h, 1, delivered, NULL));
            say("%d", out->add_next_hop(H->ctx, a->call, h));
            if (a->mail_user.len == 4) return out->enqueue(H->ctx, a->call) == HK_OK ? HK_V_OK : 0;
            if (a->mail_user.len == 5) { out->deliver(H->ctx, a->call, NULL, 0, h, 2, delivered, NULL); return HK_V_DENYSOFT; }
            return out->deliver(H->ctx, a->call, a->mail_user.len == 3 ? one : NULL, 1, h, 2, delivered, (void *)1) == HK_OK ? HK_V_PENDING : 0;
        }
        static int32_t early(const hk_args *a) {
            hk_next_hop h = hop("a.example");
            say("early %d %d", out->deliver(H->ctx, a->call, NULL, 0, &h, 1, delivered, NULL), out->enqueue(H->ctx, a->call));
            return HK_V_CONT;
        }
        static hk_status create(const hk_host *h, void **state, hk_error *err) {
            boot(h);
            out = H->get_extension(H->ctx, "haraka.outbound/1");
            dns = H->get_extension(H->ctx, "haraka.dns/1");
            if (!out) return HK_E_DENIED;
            ON("get_mx", "i(args:p)", mx);
            ON("queue", "i(args:p)", queue, .flags = HK_HF_MAY_PEND);
            ON("data", "i(args:p)", early);
            return dns ? HK_OK : HK_E_FAILED;
        }
        static void destroy(void *state) { say("destroy"); }
        PLUGIN(HK_PF_RELOADABLE, create, NULL, NULL, NULL, destroy)
        """#

    private func bench(_ timings: Timings = Timings()) throws -> (Bench, CPlugin, FakeOutbound) {
        let outbound = FakeOutbound()
        let bench = Bench(timings, dns: outbound, outbound: outbound)
        let plugin = try CPlugin("p", Self.source)
        try bench.load([Bench.entry(plugin, timeout: .milliseconds(400), capabilities: ["queue"])])
        return (bench, plugin, outbound)
    }

    /// A transaction with three recipients whose message is whole.
    private func session(_ bench: Bench, from sender: String) throws -> TestSession {
        let session = bench.session()
        session.plugins.beginTransaction(id: "UUID.1", envelope: Envelope(sender: try Address(parsing: sender)))
        for name in ["a", "b", "c"] { _ = session.plugins.add(Recipient(try Address(parsing: "\(name)@y.example"))) }
        session.plugins.beginMessage(leading: [])
        _ = session.plugins.message?.append(Array("Subject: x\r\n\r\nhello\r\n".utf8).span)
        session.plugins.message?.complete()
        return session
    }

    private func answer(_ outbound: FakeOutbound, _ give: (FakeOutbound.Asked) -> Void) {
        give(outbound.asked.withLock { $0 })
    }

    @Test func `who has no capability gets no queue, and is told which line to add`() throws {
        let bench = Bench(outbound: FakeOutbound())
        let plugin = try CPlugin("queue/p", Self.source)
        let failure = #expect(throws: LoadFailure.self) { try bench.load([Bench.entry(plugin)]) }
        #expect(failure?.fix == "grant it in config/plugins.ini: [queue/p] capabilities[]=queue")
    }

    @Test func `a grant that is taken back and a host without a queue are told by status`() throws {
        let (bench, plugin, outbound) = try bench()
        outbound.asked.withLock { $0.fault = .notReady }
        #expect(plugin.call("send") == HK_E_PHASE)
        #expect(plugin.call("ask") == HK_E_PHASE)
        try bench.load([Bench.entry(plugin)])
        #expect(plugin.call("send") == HK_E_DENIED)
        let bare = Bench()
        let other = try CPlugin("p", Self.source)
        try bare.load([Bench.entry(other, capabilities: ["queue"])])
        #expect(other.call("send") == HK_E_UNSUPPORTED)
        #expect(other.call("ask") == HK_E_UNSUPPORTED)
    }

    @Test func `a mail is copied whole, and what is none is refused`() throws {
        let (bench, plugin, outbound) = try bench()
        #expect(plugin.call("send") == HK_OK)
        #expect(plugin.call("null_sender") == HK_OK)
        let mails = outbound.asked.withLock { $0.mails }
        #expect(mails.map(\.envelope.sender.text) == ["a@x.example", ""])
        #expect(mails[0].envelope.recipients.map(\.address.text) == ["b@y.example"])
        #expect(mails[0].envelope.is8Bit && !mails[1].envelope.is8Bit)
        #expect(mails[0].text == Array("Subject: x\r\n\r\nhé\r\n".utf8) && mails[0].plugin == "p")
        #expect(plugin.call("bad") == HK_E_INVALID)
        let statuses = bench.log.all.map(\.text)
        #expect(statuses == Array(repeating: "-2", count: 11) + ["-3"])
        #expect(outbound.asked.withLock { $0.mails.count } == 2)
    }

    @Test func `answers come on the lane, each once, and the end of the plugin is one`() throws {
        let (bench, plugin, outbound) = try bench()
        #expect(plugin.call("send") == HK_OK)
        #expect(plugin.call("act") == HK_OK)
        #expect(plugin.call("show") == HK_OK)
        #expect(plugin.call("ask") == HK_OK)
        answer(outbound) { asked in
            asked.submitted[0].give(.success(7))
            asked.submitted[0].give(.success(8))
            asked.acted[0].give(.notFound)
            asked.described[0].give(.success("{}"))
            asked.resolved[0].give(
                DNSReply(code: 0, timeToLive: 60, security: .secure, records: [[], Array("10 mx.".utf8)])
            )
        }
        for text in ["submitted 0 7", "acted -4", "shown 0 {}", "resolved 0 60 1 2 10 mx."] {
            _ = bench.log.wait(for: text)
        }
        #expect(
            Set(bench.log.all.map(\.text)) == ["submitted 0 7", "acted -4", "shown 0 {}", "resolved 0 60 1 2 10 mx."]
        )
        #expect(outbound.asked.withLock { $0.names[0].timeout } == .seconds(30))
        #expect(plugin.call("send") == HK_OK)
        #expect(plugin.call("ask", 5) == HK_OK)
        try bench.load([])
        _ = bench.log.wait(for: "destroy")
        #expect(Set(bench.log.all.map(\.text).dropFirst(4)) == ["submitted -9 0", "resolved -1 0 0 0 ", "destroy"])
        answer(outbound) { $0.submitted[1].give(.success(9)) }
        #expect(bench.log.all.count == 7)
    }

    @Test func `next hops are staged on get_mx and taken with OK`() throws {
        let (bench, _, _) = try bench()
        let session = bench.session()
        let facts = DeliveryFacts(queueID: 5, domain: "y.example")
        let outcome = session.run(.getMX, .delivery(facts))
        #expect(outcome.code == .ok)
        let hops = session.plugins.takeNextHops()
        var first = NextHop(host: "10.0.0.1")
        (first.port, first.isLMTP, first.tls, first.hello) = (26, true, .verified, "me.example")
        (first.sources, first.user, first.password) = (["10.0.0.2", "10.0.0.3"], "u", "")
        first.mechanism = "PLAIN"
        #expect(hops.count == 32 && hops[0] == first && hops[1].isPath)
        #expect(session.plugins.takeNextHops().isEmpty)
        #expect(bench.log.all.map(\.text) == ["33rd -10", "domain"])
    }

    @Test(arguments: [("four", true), ("other", false)])
    func `a message is handed to the queue with OK alone`(user: String, isEnqueued: Bool) throws {
        let (bench, _, _) = try bench()
        let session = try session(bench, from: "\(user)@x.example")
        _ = session.run(.queue)
        #expect(session.plugins.takeEnqueued() == isEnqueued)
        #expect(!session.plugins.takeEnqueued())
        #expect(bench.log.all.map(\.text).prefix(2) == ["-2 -4", "-8"])
    }

    @Test(arguments: [("all", [2]), ("everybody", [0, 1, 2])])
    func `a message goes to a host for those who are named`(user: String, indexes: [Int]) throws {
        let (bench, _, outbound) = try bench()
        let session = try session(bench, from: "\(user)@x.example")
        #expect(session.plugins.run(.queue) == nil)
        let errand = try #require(outbound.errand())
        #expect(
            errand.id == "UUID.1" && errand.indexes == indexes && errand.hops.map(\.host) == ["a.example", "b.example"]
        )
        #expect(errand.message.textBytes == Array("Subject: x\r\n\r\nhello\r\n".utf8))
        #expect(errand.message.textBytes(9..<14) == Array("x\r\n\r\n".utf8))
        let outcomes = indexes.map {
            RecipientOutcome(
                $0 == 2 ? .failed : .delivered,
                address: "r\($0)",
                index: $0,
                code: 250 + $0,
                enhanced: "2.0.0",
                host: "h",
                text: ""
            )
        }
        // Longer than the plugin has: its time stands still.
        #expect(session.nextWake(.milliseconds(900)) == nil)
        answer(outbound) { $0.delivered[0].give(outcomes) }
        #expect(session.answer().code == .ok)
        let first = indexes == [2] ? "3 2 252 r2 1 2.0.0 " : "1 0 250 r0 1 2.0.0 "
        #expect(bench.log.all.map(\.text).contains(first))
        #expect(outbound.asked.withLock { $0.cancelled } == 0)
    }

    @Test func `a verdict that doesn't wait takes the delivery back`() throws {
        let (bench, _, outbound) = try bench()
        let session = try session(bench, from: "hasty@x.example")
        #expect(session.run(.queue).code == .denySoft)
        #expect(outbound.asked.withLock { $0.cancelled } == 1)
        answer(outbound) { $0.delivered[0].give([]) }
        #expect(bench.log.wait(for: "delivered 0 0") != nil)
    }

    @Test func `before the message is whole there is nothing to deliver`() throws {
        let (bench, _, _) = try bench()
        let session = bench.session()
        try session.begin()
        _ = session.run(.data)
        #expect(bench.log.all.map(\.text) == ["early -8 -8"])
    }
}
