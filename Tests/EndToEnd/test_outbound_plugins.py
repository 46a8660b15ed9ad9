"""A stranger's plugin has its say in mail that is on its way out: the outbound hooks, haraka.outbound/1 and haraka.dns/1."""
import json
import subprocess
import threading
import unittest

from nameserver import UNBOUND, NameServer
from receiver import Receiver
from service import HARAKA, Service, wait_for
from test_dropped_in import compile_c

STEER = r"""
#include "haraka_plugin_c.h"
#include <stdio.h>
#include <stdlib.h>

static const hk_ext_outbound *outbound;
static int64_t port;

static hk_status created(void **state, hk_error *err) {
    (void)state;
    outbound = (const hk_ext_outbound *)hk_server->get_extension(hk_ctx, "haraka.outbound/1");
    if (!outbound) return hk_fail(err, HK_E_DENIED, "steer needs the queue: capability queue");
    port = hk_config_int("steer.ini:main.port", 0);
    return HK_OK;
}

static hk_next_hop hop_to(const char *host) {
    hk_next_hop hop;
    memset(&hop, 0, sizeof hop);
    hop.struct_size = sizeof hop;
    hop.host = hk_text(host);
    hop.port = (int32_t)port;
    hop.hello = hk_lit("steer.example");
    return hop;
}

/* The notes of a transaction travel with its message. */
#define DATA(X) X(U, call) X(U, txn)
HK_HOOK(on_data, DATA) {
    hk_value blue;
    (void)call;
    blue.type = HK_T_STR;
    blue.reserved = 0;
    blue.as.s = hk_lit("blue \"\\ \xc3\xa9");
    hk_notes->set(hk_ctx, txn, hk_lit("@colour"), &blue);
    return HK_V_CONT;
}

/* Mail from enqueue@ goes to the server's queue, mail from forward@ to a host at once. */
static void forwarded(void *ud, hk_status status, const hk_outcome *outcomes, uint32_t count) {
    hk_call call = (hk_call)(uintptr_t)ud;
    char text[300];
    uint32_t i, delivered = 0;
    hk_verdict verdict = HK_V_DENYSOFT;
    for (i = 0; i < count; i++) {
        delivered += outcomes[i].what == HK_D_DELIVERED;
        if (outcomes[i].what == HK_D_FAILED) verdict = HK_V_DENY;
    }
    if (status == HK_OK && count && delivered == count) verdict = HK_V_OK;
    snprintf(text, sizeof text, "status %d, %u of %u, first %u: %d %.*s %.*s", status, delivered, count,
             count ? outcomes[0].rcpt_index : 0, count ? outcomes[0].code : 0,
             (int)(count ? outcomes[0].enhanced.len : 0), count ? outcomes[0].enhanced.ptr : "",
             (int)(count ? outcomes[0].text.len : 0), count ? outcomes[0].text.ptr : "");
    hk_server->complete(hk_ctx, call, verdict, hk_text(text));
}

static void gone(void *ud, hk_status status, const hk_outcome *outcomes, uint32_t count) {
    (void)ud; (void)status; (void)outcomes;
    if (count && outcomes[0].what == HK_D_DEFERRED) hk_log(HK_LOG_NOTICE, 0, "taken back");
}
static void refuse(void *ud) { hk_server->complete(hk_ctx, (hk_call)(uintptr_t)ud, HK_V_DENYSOFT, hk_lit("hasty")); }

#define QUEUE(X) X(U, call) X(s, mail_user)
HK_HOOK(on_queue, QUEUE) {
    hk_next_hop hops[2];
    uint32_t second = 1;
    if (hk_equal(mail_user, hk_lit("enqueue")))
        return outbound->enqueue(hk_ctx, call) == HK_OK ? hk_reply(call, HK_V_OK, 0, NULL, "steered") : 0;
    if (!hk_equal(mail_user, hk_lit("forward")) && !hk_equal(mail_user, hk_lit("second"))
        && !hk_equal(mail_user, hk_lit("hasty"))) return HK_V_CONT;
    hops[0] = hop_to("127.0.0.1");
    if (hk_equal(mail_user, hk_lit("hasty"))) {
        outbound->deliver(hk_ctx, call, NULL, 0, hops, 1, gone, NULL);
        hk_exec->after(hk_ctx, 500, 0, refuse, (void *)(uintptr_t)call, NULL);
        return HK_V_PENDING;
    }
    hops[0].port = 1; /* nobody listens there */
    hops[1] = hop_to("127.0.0.1");
    if (hk_equal(mail_user, hk_lit("second")))
        return outbound->deliver(hk_ctx, call, &second, 1, hops, 2, forwarded, (void *)(uintptr_t)call) == HK_OK ? HK_V_PENDING : 0;
    return outbound->deliver(hk_ctx, call, NULL, 0, hops, 2, forwarded, (void *)(uintptr_t)call) == HK_OK ? HK_V_PENDING : 0;
}

#define ENTRY(X) X(U, call) X(s, domain) X(U, queue_id) X(i, attempts) X(s, mail_address) X(i, rcpt_count) X(U, size)
HK_HOOK(on_send, ENTRY) {
    static int waits = 1;
    (void)queue_id; (void)attempts; (void)mail_address; (void)rcpt_count; (void)size;
    if (hk_equal(domain, hk_lit("slow.test")) && waits-- > 0) return hk_reply(call, HK_V_DELAY, 0, NULL, "1");
    return HK_V_CONT;
}

HK_HOOK(on_mx, ENTRY) {
    hk_next_hop hop = hop_to("127.0.0.1");
    (void)queue_id; (void)attempts; (void)mail_address; (void)rcpt_count; (void)size;
    if (hk_equal(domain, hk_lit("never.test"))) return hk_reply(call, HK_V_DENY, 0, "5.1.6", "nobody there");
    if (hk_equal(domain, hk_lit("later.test"))) return HK_V_DENYSOFT;
    if (hk_equal(domain, hk_lit("empty.test"))) return HK_V_OK;
    if (hk_equal(domain, hk_lit("broken.test"))) return 4711;
    if (hk_equal(domain, hk_lit("dns.test"))) return HK_V_CONT;
    return outbound->add_next_hop(hk_ctx, call, &hop) == HK_OK ? HK_V_OK : 0;
}

#define TRIED(X) X(U, call) X(U, txn) X(s, rcpt_address) X(s, next_hop) X(s, response) X(i, attempts) X(s, domain)
static void tell(const char *what, uint64_t txn, hk_str rcpt, hk_str hop, hk_str response, int attempts) {
    char line[500], note[64] = "none";
    hk_value value;
    size_t need = 0;
    if (hk_notes->get(hk_ctx, txn, hk_lit("@colour"), &value, note, sizeof note - 1, &need) == HK_OK) note[value.as.s.len] = 0;
    snprintf(line, sizeof line, "hook %s rcpt %.*s hop %.*s attempts %d note %s response %.*s", what, (int)rcpt.len, rcpt.ptr,
             (int)hop.len, hop.ptr, attempts, note, (int)response.len, response.ptr);
    hk_log(HK_LOG_NOTICE, txn, line);
}
HK_HOOK(on_delivered, TRIED) { tell("delivered", txn, rcpt_address, next_hop, response, attempts); return HK_V_OK; }
HK_HOOK(on_deferred, TRIED) {
    tell("deferred", txn, rcpt_address, next_hop, response, attempts);
    if (hk_equal(domain, hk_lit("soon.test"))) return hk_reply(call, HK_V_DENYSOFT, 0, NULL, "1");
    if (hk_equal(domain, hk_lit("enough.test"))) return hk_reply(call, HK_V_DENY, 0, NULL, "enough");
    return HK_V_OK; /* which must not make the mail go */
}
HK_HOOK(on_bounce, TRIED) {
    tell("bounce", txn, rcpt_address, next_hop, response, attempts);
    return hk_equal(domain, hk_lit("quiet.test")) ? HK_V_OK : HK_V_CONT;
}

#define PRE(X) X(U, call) X(s, mail_user)
HK_HOOK(on_pre, PRE) {
    if (hk_equal(mail_user, hk_lit("unsigned"))) return hk_reply(call, HK_V_DENYSOFT, 0, NULL, "no key to sign with");
    return hk_message->edit(hk_ctx, call, HK_EDIT_ADD_TOP, hk_lit("X-Signed"), hk_lit("yes"), 0) == HK_OK ? HK_V_CONT : 0;
}

/* VRFY makes it do something. */
static void answer(void *ud, const char *text) {
    hk_server->complete(hk_ctx, (hk_call)(uintptr_t)ud, HK_V_OK, hk_text(text));
}
static void submitted(void *ud, hk_status status, uint64_t id) {
    char text[100];
    snprintf(text, sizeof text, "status %d entry %llu", status, (unsigned long long)id);
    answer(ud, text);
}
static void acted(void *ud, hk_status status) {
    char text[100];
    snprintf(text, sizeof text, "status %d", status);
    answer(ud, text);
}
static void shown(void *ud, hk_status status, hk_str json) {
    char text[481];
    snprintf(text, sizeof text, "status %d %.*s", status, (int)(json.len < 400 ? json.len : 400), json.ptr);
    answer(ud, text);
}
static void resolved(void *ud, const hk_dns_answer *found) {
    char text[400];
    snprintf(text, sizeof text, "rcode %d security %d count %u first %.*s", found->rcode, found->security, found->count,
             (int)(found->count ? found->records[0].len : 0), found->count ? found->records[0].ptr : "");
    answer(ud, text);
}
#define VRFY(X) X(U, call) X(s, argument)
HK_HOOK(on_vrfy, VRFY) {
    char line[200], *word, *rest;
    void *token = (void *)(uintptr_t)call;
    hk_status status = HK_E_INVALID;
    snprintf(line, sizeof line, "%.*s", (int)argument.len, argument.ptr);
    word = strtok_r(line, " ", &rest);
    if (!strcmp(word, "submit")) {
        hk_mail mail;
        hk_str to = hk_text(strtok_r(NULL, " ", &rest)), parts[2] = {hk_lit("Subject: from a plugin\r\n\r\n"), hk_lit("hello\r\n")};
        memset(&mail, 0, sizeof mail);
        mail.struct_size = sizeof mail;
        mail.recipient_count = 1;
        mail.part_count = 2;
        mail.sender = hk_lit("robot@mail.example.com");
        mail.recipients = &to;
        mail.parts = parts;
        if (rest && *rest) parts[1] = hk_lit("a bare\nline\r\n");
        status = outbound->submit(hk_ctx, &mail, submitted, token);
    } else if (!strcmp(word, "show")) {
        status = outbound->entry(hk_ctx, strtoull(rest, NULL, 10), shown, token);
    } else if (!strcmp(word, "mx")) {
        status = hk_dns->query(hk_ctx, hk_text(rest), HK_DNS_MX, 0, resolved, token);
    } else if (!strcmp(word, "act")) {
        int32_t action = atoi(strtok_r(NULL, " ", &rest));
        status = outbound->act(hk_ctx, strtoull(rest, NULL, 10), action, acted, token);
    }
    if (status == HK_OK) return HK_V_PENDING;
    snprintf(line, sizeof line, "refused with %d", status);
    return hk_reply(call, HK_V_OK, 0, NULL, line);
}

HK_PLUGIN_WITH("org.example.steer", "1.0", HK_PF_RELOADABLE, created, NULL, NULL,
    HK_ON("data", on_data, 0), HK_ON("queue", on_queue, HK_HF_MAY_PEND), HK_ON("send_email", on_send, 0),
    HK_ON("get_mx", on_mx, 0), HK_ON("delivered", on_delivered, 0), HK_ON("deferred", on_deferred, 0),
    HK_ON("bounce", on_bounce, 0), HK_ON("pre_send_trans_email", on_pre, 0), HK_ON("vrfy", on_vrfy, HK_HF_MAY_PEND))
"""


class OutboundPluginTests(unittest.TestCase):
    def receiver(self, answer=lambda line: None):
        receiver = Receiver(answer)
        self.addCleanup(receiver.close)
        return receiver

    def service(self, receiver, capabilities="capabilities[]=queue\n", **files):
        service = Service(
            plugins=["steer", "relay", "rcpt_to.in_host_list", "queue/maildir"], relay_acl_allow="127.0.0.0/8\n",
            relay__ini="[relay]\nacl=true\n", steer__ini=f"port={receiver.port}\n", plugins__ini=f"[steer]\n{capabilities}",
            mailboxes=("user", "other"), **files)
        self.addCleanup(service.close)
        compile_c(STEER, service.directory / "plugins/steer.so")
        return service

    def vrfy(self, service, text):
        with service.raw() as client:
            client.reply()
            client.say("EHLO c.example")
            return client.say("VRFY " + text)

    def names(self, service):
        """The messages that are in the queue."""
        listed = subprocess.run([HARAKA, "queue", "list", "--json", "-c", service.directory], capture_output=True, text=True)
        return [json.loads(line) for line in listed.stdout.splitlines()]

    def test_without_the_capability_it_is_refused_with_the_line_to_add(self):
        service = self.service(self.receiver(), capabilities="")
        with self.assertRaisesRegex(AssertionError, r"(?s)steer needs the queue.*\[steer\] capabilities\[\]=queue"):
            service.start()

    def test_it_names_the_next_hop_and_is_told_what_became_of_it(self):
        receiver = self.receiver()
        service = self.service(receiver).start()
        service.send(to="b@far.test", sender="me@example.org")
        mail, = receiver.wait(1)
        self.assertEqual((mail.hello, mail.recipients), ("steer.example", ["<b@far.test>"]))
        self.assertIn(b"X-Signed: yes\r\n", mail.text)
        line = service.wait_log(r"hook delivered rcpt b@far\.test hop 127\.0\.0\.1 attempts 1 note (.*) response .+")
        self.assertIn('blue', line.group(1))
        self.assertIn("é", line.group(1))

    def test_why_tells_that_it_has_named_the_host_and_its_port(self):
        receiver = self.receiver(lambda line: "451 4.3.0 later" if line.startswith("RCPT") else None)
        service = self.service(receiver, outbound__ini="temp_fail_intervals=1h*9\n").start()
        service.send(to="b@far.test", sender="me@example.org")
        name, = wait_for(
            lambda: [entry["name"] for entry in self.names(service) if entry["domain"] == "far.test" and entry["reply"]],
            "an attempt")
        told = subprocess.run(
            [HARAKA, "queue", "why", name, "-c", service.directory], capture_output=True, text=True).stdout
        self.assertIn(f"The plugin steer (hook get_mx) has named where it goes, not config/outbound.routes.ini or DNS: "
                      f"127.0.0.1:{receiver.port}.", told)

    def test_several_messages_to_one_of_its_hops_share_a_connection(self):
        receiver = self.receiver()
        service = self.service(receiver, outbound__ini="disabled=true\n").start()
        for number in range(5):
            service.send(to=f"b{number}@far.test")
        service.write("outbound.ini", "disabled=false\n")
        service.reload()
        receiver.wait(5)
        self.assertEqual(receiver.connections, 1)

    def test_it_puts_a_message_off_without_counting_an_attempt(self):
        receiver = self.receiver()
        service = self.service(receiver).start()
        service.send(to="b@slow.test")
        receiver.wait(1)
        service.wait_log(r"hook delivered rcpt b@slow\.test hop 127\.0\.0\.1 attempts 1 ")

    def test_it_refuses_a_route_for_good_or_for_now(self):
        receiver = self.receiver()
        service = self.service(receiver).start()
        service.send(to="b@never.test", sender="me@back.example")
        report, = receiver.wait(1)
        self.assertEqual((report.sender, report.recipients), ("<>", ["<me@back.example>"]))
        self.assertIn(b"nobody there", report.text)
        self.assertIn(b"Status: 5.1.6", report.text)
        service.wait_log(r"hook bounce rcpt b@never\.test .*response steer: nobody there")
        for domain, reason in [("later.test", "no host takes mail"), ("empty.test", "names no host"),
                               ("broken.test", r"fails \(hook get_mx\)")]:
            service.send(to=f"b@{domain}")
            service.wait_log(rf"deferred to=b@{domain} .*reason=\"steer:? .*{reason}")
        self.assertEqual({entry["domain"] for entry in self.names(service)}, {"later.test", "empty.test", "broken.test"})

    def test_it_says_when_a_deferred_mail_is_tried_again_or_that_it_is_not(self):
        tries = []

        def answer(line):
            if line.startswith("RCPT TO:<b@"):
                tries.append(line)
                return "451 4.2.2 mailbox is full" if "keep" in line or "enough" in line or len(tries) < 2 else None

        receiver = self.receiver(answer)
        service = self.service(receiver).start()
        service.send(to="b@soon.test")
        mail, = receiver.wait(1)
        self.assertEqual(mail.recipients, ["<b@soon.test>"])
        service.send(to="b@enough.test", sender="me@back.example")
        report = receiver.wait(2)[1]
        self.assertEqual(report.sender, "<>")
        self.assertIn(b"mailbox is full", report.text)
        # Haraka lets such a mail vanish.
        service.send(to="b@keep.test")
        service.wait_log(r"hook deferred rcpt b@keep\.test .*response 4\.2\.2 mailbox is full|hook deferred rcpt b@keep\.test "
                         r".*response mailbox is full")
        wait_for(lambda: [entry["state"] for entry in self.names(service)] == ["waiting"], "the mail to wait")

    def test_it_keeps_a_failure_from_its_sender_and_the_log_says_so(self):
        receiver = self.receiver(lambda line: "550 5.1.1 nobody" if line.startswith("RCPT TO:<b@quiet") else None)
        service = self.service(receiver).start()
        service.send(to="b@quiet.test", sender="me@back.example")
        service.wait_log(r"no report to=b@quiet\.test plugin=steer reason=\"?550 5\.1\.1 nobody")
        wait_for(lambda: not self.names(service), "the queue to be empty")
        self.assertEqual(receiver.mails, [])

    def test_what_it_refuses_before_the_queue_is_the_clients_reply(self):
        service = self.service(self.receiver()).start()
        with service.raw() as client:
            client.reply()
            for line in ["EHLO c.example", "MAIL FROM:<unsigned@example.org>", "RCPT TO:<b@far.test>", "DATA"]:
                client.say(line)
            self.assertRegex(client.say(b"Subject: x\r\n\r\nhello\r\n.\r\n"), r"^450 4\.7\.1 no key to sign with")
        self.assertEqual(self.names(service), [])

    def test_it_has_the_server_queue_mail_for_its_own_domains(self):
        receiver = self.receiver()
        service = self.service(receiver, outbound__routes__ini="")
        service.write("relay_acl_allow", "")
        service.start()
        with service.raw() as client:
            client.reply()
            for line in ["EHLO c.example", "MAIL FROM:<enqueue@example.org>", "RCPT TO:<user@example.com>", "DATA"]:
                client.say(line)
            self.assertRegex(client.say(b"Subject: x\r\n\r\nhello\r\n.\r\n"), r"^250 2\.0\.0 steered \(")
        mail, = receiver.wait(1)
        self.assertEqual(mail.recipients, ["<user@example.com>"])
        self.assertEqual(service.mails(), [])

    def test_it_gives_a_message_to_a_host_at_once_and_passes_the_reply_on(self):
        answers = {}
        receiver = self.receiver(lambda line: answers.get(line.split(":")[0]))
        service = self.service(receiver)
        service.write("relay_acl_allow", "")
        service.start()
        body = b"Subject: x\r\n\r\n.dot\r\n" + b"y" * 70 + b"\r\n"

        def forward(sender="forward", text=body):
            with service.raw() as client:
                client.reply()
                for line in ["EHLO c.example", f"MAIL FROM:<{sender}@example.org>", "RCPT TO:<user@example.com>",
                             "RCPT TO:<other@example.com>", "DATA"]:
                    client.say(line)
                return client.say(text.replace(b"\r\n.", b"\r\n..") + b".\r\n")

        self.assertRegex(forward(), r"^250 2\.0\.0 status 0, 2 of 2, first 0: 250 ")
        mail, = receiver.wait(1)
        self.assertEqual((mail.hello, mail.recipients), ("steer.example", ["<user@example.com>", "<other@example.com>"]))
        self.assertTrue(mail.text.endswith(body))
        self.assertRegex(forward("second"), r"^250 2\.0\.0 status 0, 1 of 1, first 1: 250 ")
        self.assertEqual(receiver.wait(2)[1].recipients, ["<other@example.com>"])
        big = b"Subject: big\r\n\r\n" + b"".join(b"%07d %s\r\n" % (at, b"x" * 60) for at in range(20_000))
        self.assertRegex(forward(text=big), r"^250 ")
        self.assertTrue(receiver.wait(3)[2].text.endswith(big))
        answers["RCPT TO"] = "550 5.1.1 unknown here"
        self.assertRegex(forward(), r"^550 5\.7\.1 status 0, 0 of 2, first 0: 550 5\.1\.1 unknown here")
        answers["RCPT TO"] = "451 4.3.0 not now"
        self.assertRegex(forward(), r"^450 4\.7\.1 status 0, 0 of 2, first 0: 451 4\.3\.0 not now")

    def test_a_delivery_may_take_longer_than_the_plugin_has(self):
        go = threading.Event()
        receiver = self.receiver(lambda line: (go.wait(20), None)[1] if line == "." else None)
        service = self.service(receiver, plugin_timeout="1\n")
        service.write("relay_acl_allow", "")
        service.start()
        threading.Timer(2.5, go.set).start()
        with service.raw() as client:
            client.reply()
            for line in ["EHLO c.example", "MAIL FROM:<forward@example.org>", "RCPT TO:<user@example.com>", "DATA"]:
                client.say(line)
            self.assertRegex(client.say(b"Subject: x\r\n\r\nhello\r\n.\r\n"), r"^250 ")

    def test_a_verdict_that_does_not_wait_takes_the_delivery_back(self):
        reached, answered = threading.Event(), threading.Event()

        def answer(line):
            if line.startswith("RCPT TO") and not reached.is_set():
                reached.set()
                answered.wait(20)
            return None

        receiver = self.receiver(answer)
        service = self.service(receiver)
        service.write("relay_acl_allow", "")
        service.start()
        with service.raw() as client:
            client.reply()
            for line in ["EHLO c.example", "MAIL FROM:<hasty@example.org>", "RCPT TO:<user@example.com>", "DATA"]:
                client.say(line)
            self.assertRegex(client.say(b"Subject: x\r\n\r\nhello\r\n.\r\n"), r"^450 ")
        answered.set()
        service.wait_log(r"\[steer\] taken back")
        service.send(sender="forward@later.example")
        mail, = receiver.wait(1)
        self.assertEqual(mail.sender, "<forward@later.example>")

    def test_it_submits_mail_and_looks_after_it(self):
        receiver = self.receiver()
        service = self.service(receiver).start()
        self.assertRegex(self.vrfy(service, "submit b@later.test"), r"^250 .*status 0 entry \d+")
        service.wait_log(r"deferred to=b@later\.test")
        entry = self.names(service)[0]
        self.assertEqual((entry["sender"], entry["client"]), ("robot@mail.example.com", "plugin steer"))
        number = entry["number"]
        self.assertRegex(self.vrfy(service, f"show {number}"), rf'^250 .*status 0 {{"name":".*"number":{number},')
        self.assertRegex(self.vrfy(service, "show 4711"), r"^250 .*status -4")
        self.assertRegex(self.vrfy(service, f"act 2 {number}"), r"^250 .*status 0")
        self.assertEqual(self.names(service)[0]["state"], "held")
        self.assertRegex(self.vrfy(service, f"act 3 {number}"), r"^250 .*status 0")
        self.assertRegex(self.vrfy(service, "act 2 4711"), r"^250 .*status -4")
        self.assertRegex(self.vrfy(service, f"act 77 {number}"), r"^250 .*refused with -2")
        self.assertRegex(self.vrfy(service, "submit b@far.test bare"), r"^250 .*refused with -2")
        self.assertRegex(self.vrfy(service, "submit nobody"), r"^250 .*refused with -2")
        self.assertRegex(self.vrfy(service, "submit b@far.test"), r"^250 .*status 0 entry \d+")
        mail, = receiver.wait(1)
        text = mail.text.decode()
        self.assertRegex(text, r"Received: by mail\.example\.com \(plugin steer\) id \S+;\r\n\t")
        self.assertRegex(text, r"Message-ID: <\S+@mail\.example\.com>\r\n")
        self.assertRegex(text, r"\r\nDate: ")
        self.assertIn("X-Signed: yes\r\n", text)
        self.assertTrue(text.endswith("Subject: from a plugin\r\n\r\nhello\r\n"))
        self.assertRegex(self.vrfy(service, f"act 5 {number}"), r"^250 .*status 0")
        report = receiver.wait(2)[1]
        self.assertEqual((report.sender, report.recipients), ("<>", ["<robot@mail.example.com>"]))
        self.assertIn(b"given up by the plugin steer", report.text)

    @unittest.skipUnless(UNBOUND, "no unbound here: DNS for plugins is not tried")
    def test_it_asks_dns(self):
        names = NameServer("x.example. 60 IN MX 10 mx.x.example.")
        self.addCleanup(names.close)
        service = self.service(
            self.receiver(), dns__ini=f"forwarders=127.0.0.1@{names.port}\nvalidate=false\n").start()
        self.assertRegex(self.vrfy(service, "mx x.example"), r"^250 .*rcode 0 security 0 count 1 first 10 mx\.x\.example\.")
        self.assertRegex(self.vrfy(service, "mx y.example"), r"^250 .*rcode 3 security 0 count 0 first ")
        self.assertRegex(self.vrfy(service, "mx " + "a" * 70 + ".test"), r"^250 .*refused with -2")


if __name__ == "__main__":
    unittest.main()
