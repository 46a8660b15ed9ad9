"""Nothing is smuggled through the server: no second message, no plaintext into TLS, no stale envelope, no raw byte."""
import base64
import re
import unittest

from authority import Authority
from service import Service, wait_for
from test_dropped_in import compile_c

FALSE_ENDS = [
    b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r", b"\r\n\x00.\r\n", b"\r.\n", b"\n.\r",
    b"\r\n.\r\r\n",
]
SECOND = b"MAIL FROM:<evil@example.org>\r\nRCPT TO:<user@example.com>\r\nDATA\r\nSubject: second\r\n\r\nx\r\n.\r\n"
OPEN = ["MAIL FROM:<me@example.org>", "RCPT TO:<user@example.com>"]
MESSAGE = b"Subject: x\r\n\r\nnew\r\n.\r\n"

# Refuses, or fails, where the sender's name says so.
REFUSER = r"""
#include "haraka_plugin_c.h"
#define FACTS(X) X(U, call) X(s, mail_user)
static hk_verdict judge(hk_call call, hk_str from, const char *where) {
    size_t length = strlen(where);
    if (from.len < length + 5 || memcmp(from.ptr, where, length)) return HK_V_CONT;
    if (!memcmp(from.ptr + length, "-deny", 5)) return hk_deny(call, 550, "5.7.1", "no");
    if (!memcmp(from.ptr + length, "-soft", 5)) return hk_deny_soft(call, 450, "4.7.1", "later");
    return 4711;
}
HK_HOOK(on_mail, FACTS) { return judge(call, mail_user, "mail"); }
HK_HOOK(on_rcpt, FACTS) { return judge(call, mail_user, "rcpt"); }
HK_HOOK(on_data, FACTS) { return judge(call, mail_user, "data"); }
HK_HOOK(on_data_post, FACTS) { return judge(call, mail_user, "post"); }
HK_HOOK(on_queue, FACTS) { return judge(call, mail_user, "queue"); }
HK_PLUGIN("org.example.refuser", "1.0", HK_PF_SERIAL, HK_ON("mail", on_mail, 0), HK_ON("rcpt", on_rcpt, 0),
          HK_ON("data", on_data, 0), HK_ON("data_post", on_data_post, 0), HK_ON("queue", on_queue, 0))
"""


class Smuggling(unittest.TestCase):
    """One server for all, since none of it may change what it does for the next client."""

    @classmethod
    def setUpClass(cls):
        cls.authority = Authority()
        cls.addClassCleanup(cls.authority.close)
        cls.service = Service(
            plugins=["refuser", "auth/flat_file", "rcpt_to.in_host_list", "queue/test"],
            log__ini="level=data\nfile=log/haraka.log\n",
            auth__ini="require_tls=false\n[failures]\ndelay=0\nper_address=1000\n",
            connection__ini="extensions=PIPELINING,SIZE,8BITMIME,SMTPUTF8,ENHANCEDSTATUSCODES,STARTTLS,AUTH,"
            "CHUNKING,BINARYMIME\n[max]\nbytes=100000\ndata_line_length=2000\n",
            auth_flat_file__ini="[core]\nconstrain_sender=false\n[users]\nada=secret\n")
        cls.addClassCleanup(cls.service.close)
        compile_c(REFUSER, cls.service.directory / "plugins/refuser.so")
        cls.service.add_certificate(cls.authority.issue("mail.example.com"))
        cls.service.start()

    def setUp(self):
        self.before = self.service.tested()

    def client(self, tls=False):
        """Greeted, inside TLS if asked for."""
        client = self.service.raw()
        self.addCleanup(client.close)
        self.assertRegex(client.reply(), "^220 ")
        self.assertIn("STARTTLS", client.say("EHLO client.example"))
        if tls:
            self.assertRegex(client.say("STARTTLS"), "^220 ")
            client.start_tls(self.authority.context())
            self.assertRegex(client.say("EHLO client.example"), "^250")
        return client

    def new_messages(self):
        return self.service.written_since(self.before)

    def speak(self, client, *lines):
        replies = [client.say(line) for line in lines]
        for line, reply in zip(lines, replies):
            self.assertRegex(reply, "^[23]", line)


class FalseEnds(Smuggling):
    def send(self, client, data, is_slow):
        if is_slow:
            client.trickle(data)
        else:
            client.socket.sendall(data)

    def ways(self):
        for end in FALSE_ENDS:
            for is_slow in (False, True):
                for tls in (False, True):
                    yield end, is_slow, tls

    def assert_cut_off(self, client):
        reply = client.reply()
        self.assertRegex(reply or "nothing", r"^521[- ]5\.5\.2 ")
        self.assertTrue(client.ended())
        self.assertEqual(self.new_messages(), [])

    def test_a_false_end_of_data_is_521_and_the_end(self):
        for end, is_slow, tls in self.ways():
            with self.subTest(end=end, is_slow=is_slow, tls=tls):
                client = self.client(tls)
                self.speak(client, *OPEN, "DATA")
                self.send(client, b"Subject: first\r\n\r\nx" + end + SECOND, is_slow)
                self.assert_cut_off(client)

    def test_a_false_end_within_a_chunk_is_521_and_the_end(self):
        for end, is_slow, tls in self.ways():
            with self.subTest(end=end, is_slow=is_slow, tls=tls):
                client = self.client(tls)
                self.speak(client, *OPEN)
                chunk = b"Subject: first\r\n\r\nx" + end + SECOND
                self.send(client, b"BDAT %d LAST\r\n" % len(chunk) + chunk, is_slow)
                self.assert_cut_off(client)

    def test_a_false_end_that_ends_a_chunk_is_no_end_either(self):
        for end in FALSE_ENDS:
            with self.subTest(end=end):
                client = self.client()
                self.speak(client, *OPEN)
                chunk = b"Subject: first\r\n\r\nx" + end
                client.socket.sendall(b"BDAT %d LAST\r\n" % len(chunk) + chunk)
                self.assert_cut_off(client)

    def test_a_binary_chunk_is_what_its_count_says_whatever_it_holds(self):
        for end in FALSE_ENDS + [b"\r\n.\r\n"]:
            for is_slow in (False, True):
                with self.subTest(end=end, is_slow=is_slow):
                    before = self.service.tested()
                    client = self.client()
                    self.speak(client, OPEN[0] + " BODY=BINARYMIME", OPEN[1])
                    chunk = b"Subject: first\r\n\r\nx" + end + SECOND
                    self.send(client, b"BDAT %d LAST\r\n" % len(chunk) + chunk, is_slow)
                    self.assertRegex(client.reply(), "^250 ")
                    self.assertRegex(client.say("QUIT"), "^221 ")
                    made = self.service.written_since(before)
                    self.assertEqual(len(made), 1)
                    self.assertTrue(made[0].endswith(b"\r\n" + chunk), made)

    def test_a_true_end_within_a_chunk_of_lines_is_text(self):
        client = self.client()
        self.speak(client, *OPEN)
        chunk = b"Subject: first\r\n\r\nx\r\n.\r\n" + SECOND
        self.assertRegex(client.say(b"BDAT %d LAST\r\n" % len(chunk) + chunk), "^250 ")
        self.assertEqual(len(self.new_messages()), 1)
        self.assertTrue(self.new_messages()[0].endswith(chunk))

    def test_what_comes_behind_a_true_end_is_a_transaction_of_its_own(self):
        client = self.client()
        self.speak(client, *OPEN, "DATA")
        client.socket.sendall(b"Subject: first\r\n\r\nx\r\n.\r\nMAIL FROM:<me@example.org>\r\nRSET\r\n")
        self.assertEqual([client.reply()[:3] for _ in range(3)], ["250"] * 3)
        self.assertEqual(len(self.new_messages()), 1)


class Injection(Smuggling):
    INJECTED = [
        b"MAIL FROM:<evil@example.org>\r\n", b"EHLO evil.example\r\n", b"RSET\r\n", b"NOOP\r\n", b"QUIT\r\n",
        b"X\x00\n", b"NO", b"EHLO evil.example\r\n" + SECOND,
        b"AUTH PLAIN " + base64.b64encode(b"\0ada\0secret") + b"\r\n",
    ]

    def test_plaintext_behind_starttls_is_neither_done_nor_answered(self):
        for injected in self.INJECTED:
            with self.subTest(injected=injected):
                mark = len(self.service.lines)
                client = self.client()
                client.socket.sendall(b"STARTTLS\r\n" + injected)
                # More than one reply would stand in the way of the handshake.
                self.assertRegex(client.reply(), "^220 ")
                client.start_tls(self.authority.context())
                # Nothing of before counts, whether said in the clear in time or injected: RFC 3207 4.2.
                self.assertRegex(client.say(OPEN[0]), "^503 5.5.1 Say HELO or EHLO first")
                said = client.say("EHLO honest.example")
                self.assertRegex(said, "^250-mail.example.com Hello honest.example")
                self.assertNotIn("STARTTLS", said)
                self.assertRegex(client.say(OPEN[1]), "^503 ")
                self.assertRegex(client.say("DATA"), "^503 ")
                self.speak(client, *OPEN)
                self.assertRegex(client.say("QUIT"), "^221 ")
                self.service.wait_log(
                    rf"plaintext behind STARTTLS dropped ip=127.0.0.1 bytes={len(injected)}\n", after=mark)
                self.service.wait_log("disconnect .*helo=honest.example", after=mark)
                self.assertEqual(self.new_messages(), [])

    def test_who_logged_in_in_the_clear_is_nobody_within_tls(self):
        """RFC 3207 4.2: anybody between could have said who it is."""
        for starts_tls in (False, True):
            client = self.client()
            self.assertRegex(client.say("AUTH PLAIN " + base64.b64encode(b"\0ada\0secret").decode()), "^235 ")
            if starts_tls:
                self.assertRegex(client.say("STARTTLS"), "^220 ")
                client.start_tls(self.authority.context())
                self.assertRegex(client.say("EHLO client.example"), "^250")
            self.assertRegex(client.say(OPEN[0]), "^250 ")
            self.assertRegex(client.say("RCPT TO:<somebody@elsewhere.example>"), "^550 " if starts_tls else "^250 ")

    def test_plaintext_behind_the_220_is_no_handshake(self):
        client = self.client()
        self.assertRegex(client.say("STARTTLS"), "^220 ")
        client.socket.sendall(b"NOOP\r\nMAIL FROM:<evil@example.org>\r\n")
        rest = b""
        try:
            while chunk := client.socket.recv(4096):
                rest += chunk
        except ConnectionError:
            pass
        # An alert of TLS at most.
        self.assertNotIn(b"250", rest)
        self.assertTrue(rest == b"" or rest[0] == 21, rest)
        self.service.wait_log("connection given up ip=127.0.0.1 reason=")


class StaleEnvelopes(Smuggling):
    LONG = b"x" * 3000

    # What goes wrong, and the code that says so; nothing of it may be part of what comes then.
    ERRORS = [
        ("MAIL is refused", ["MAIL FROM:<mail-deny@example.org>"], "550"),
        ("MAIL is refused for now", ["MAIL FROM:<mail-soft@example.org>"], "450"),
        ("the hook mail fails", ["MAIL FROM:<mail-fail@example.org>"], "450"),
        ("RSET", [*OPEN, "RSET"], "250"),
        ("RSET behind a refused recipient", [OPEN[0], "RCPT TO:<user@elsewhere.example>", "RSET"], "250"),
        ("EHLO", [*OPEN, "EHLO again.example"], "250"),
        ("DATA is refused", ["MAIL FROM:<data-deny@example.org>", OPEN[1], "DATA"], "550"),
        ("DATA is refused for now", ["MAIL FROM:<data-soft@example.org>", OPEN[1], "DATA"], "450"),
        ("the hook data fails", ["MAIL FROM:<data-fail@example.org>", OPEN[1], "DATA"], "45"),
        ("the message is refused", ["MAIL FROM:<post-deny@example.org>", OPEN[1], "DATA", MESSAGE], "550"),
        ("the hook data_post fails", ["MAIL FROM:<post-fail@example.org>", OPEN[1], "DATA", MESSAGE], "45"),
        ("the queue refuses", ["MAIL FROM:<queue-deny@example.org>", OPEN[1], "DATA", MESSAGE], "550"),
        ("the hook queue fails", ["MAIL FROM:<queue-fail@example.org>", OPEN[1], "DATA", MESSAGE], "45"),
        ("the message is too big",
         [*OPEN, "DATA", b"Subject: x\r\n\r\n" + (b"y" * 998 + b"\r\n") * 120 + b".\r\n"], "552"),
        ("a line is too long", [*OPEN, "DATA", LONG + b"\r\n.\r\n"], "554"),
        ("BDAT without RCPT", [OPEN[0], b"BDAT 6 LAST\r\nQUIT\r\n"], "503"),
        ("BDAT without MAIL", [b"BDAT 6 LAST\r\nQUIT\r\n"], "503"),
        ("BDAT behind a refused recipient",
         [OPEN[0], "RCPT TO:<user@elsewhere.example>", b"BDAT 6 LAST\r\nQUIT\r\n"], "5"),
        ("BDAT is too big", [*OPEN, b"BDAT 100001 LAST\r\n" + b"z" * 100_001], "552"),
        ("BDAT's second chunk is too big", [*OPEN, b"BDAT 4\r\nNOOP", b"BDAT 100000 LAST\r\n" + b"z" * 100_000], "552"),
        ("BDAT's line is too long", [*OPEN, b"BDAT 3000\r\n" + LONG], "554"),
        ("BDAT is refused by the hook data",
         ["MAIL FROM:<data-deny@example.org>", OPEN[1], b"BDAT 6 LAST\r\nQUIT\r\n"], "550"),
        ("the hook data fails at BDAT",
         ["MAIL FROM:<data-fail@example.org>", OPEN[1], b"BDAT 6 LAST\r\nQUIT\r\n"], "45"),
        ("the queue refuses what BDAT brought",
         ["MAIL FROM:<queue-deny@example.org>", OPEN[1], b"BDAT 4\r\nNOOP", b"BDAT 2 LAST\r\n\r\n"], "550"),
        ("RSET within chunks", [*OPEN, b"BDAT 4\r\nNOOP", "RSET"], "250"),
    ]

    def assert_new(self, client):
        self.assertRegex(client.say("RCPT TO:<user@example.com>"), "^503 5.5.1 Use MAIL first")
        self.assertRegex(client.say("DATA"), "^503 5.5.1 ")
        self.assertRegex(client.say("MAIL FROM:<new@example.org>"), "^250 ")
        self.assertRegex(client.say("DATA"), "^(503|554) ")
        self.assertRegex(client.say("RCPT TO:<user@example.com>"), "^250 ")
        self.assertRegex(client.say("DATA"), "^354 ")
        self.assertRegex(client.say(MESSAGE), "^250 ")

    def test_after_an_error_the_next_transaction_is_a_new_one(self):
        for tls in (False, True):
            for name, lines, code in self.ERRORS:
                with self.subTest(name, tls=tls):
                    before = self.service.tested()
                    client = self.client(tls)
                    for line in lines:
                        reply = client.say(line)
                    self.assertRegex(reply, f"^{code}")
                    self.assert_new(client)
                    made = self.service.written_since(before)
                    self.assertEqual(len(made), 1)
                    self.assertTrue(made[0].endswith(b"\r\nSubject: x\r\n\r\nnew\r\n"), made)
                    self.assertNotIn(b"NOOP", made[0])

    def test_a_refused_recipient_leaves_the_others_and_itself_out(self):
        for who in ("deny", "soft", "fail"):
            with self.subTest(who):
                client = self.client()
                self.speak(client, f"MAIL FROM:<rcpt-{who}@example.org>")
                self.assertRegex(client.say(OPEN[1]), "^[45]5")
                self.assertRegex(client.say("DATA"), "^(503|554) 5.5.1 ")
                self.assertRegex(client.say("RSET"), "^250 ")
                self.assert_new(client)


class RawBytes(Smuggling):
    """Nothing that a peer sends appears raw in log, reply or header."""
    EVIL = "\x1b[31m\x07\x7f\u202e\x85"
    # CRLF and worse by means that decode to them.
    ENCODED = "a=0D=0AX-Evil:%0D%0AX-Evil:+0D+0A\\r\\nX-Evil:&#13;&#10;"

    def assert_clean(self, text, what):
        found = re.search(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u2028\u2029\u202a-\u202e]", text.replace("\r\n", "\n"))
        self.assertIsNone(found, f"{what}: {text!r}")

    def await_ends(self, mark, count):
        wait_for(lambda: sum(" disconnect " in line for line in self.service.lines[mark:]) >= count, "the ends")

    def test_commands_with_control_characters_come_back_raw_nowhere(self):
        evil = self.EVIL
        lines = [
            f"EHLO {evil}", f"HELO {evil}", f"EHLO a{evil}.example", f"MAIL FROM:<{evil}@example.org>",
            f"MAIL FROM:<\"{evil}\"@example.org>", f"MAIL FROM:<a@{evil}.org>", f"MAIL FROM:<a@example.org> {evil}=1",
            "MAIL FROM:<a@example.org> AUTH=+1B+0D+0A",
            f"RCPT TO:<{evil}@example.com>", f"VRFY {evil}", f"HELP {evil}",
            f"NOOP {evil}", f"XCLIENT NAME={evil} ADDR=1.2.3.4", f"X{evil}", f"{evil}",
            f"STARTTLS {evil}", f"RSET {evil}",
            f"AUTH {evil}", f"AUTH PLAIN {evil}", f"BDAT {evil}", f"PROXY TCP4 {evil}", "EHLO " + self.ENCODED,
            f"XCLIENT NAME={self.ENCODED}", f"MAIL FROM:<a@example.org> AUTH={self.ENCODED}",
        ]
        mark = len(self.service.lines)
        for line in lines:
            with self.subTest(line=line):
                client = self.client()
                reply = client.say(line)
                self.assertIsNotNone(reply)
                self.assert_clean(reply, "reply")
                self.assertIn("EHLO" if line.startswith("EHLO ") else "", line)
                client.close()
        self.await_ends(mark, len(lines))
        for line in self.service.lines[mark:]:
            self.assert_clean(line, "log")
            self.assertRegex(line, r"^\[[A-Z]+\] \[[-0-9A-F.]+\] \[")

    def test_users_with_control_characters_are_raw_nowhere(self):
        users = [b"a\x1b[31m", b"a\r\nX-Evil: 1", b"a\n[NOTICE] [-] [core] forged", b"\xff\xfe",
                 "\u202eada".encode(), b"a\x00b"]
        mark = len(self.service.lines)
        for user in users:
            for tls in (False, True):
                with self.subTest(user=user, tls=tls):
                    client = self.client(tls)
                    reply = client.say(b"AUTH PLAIN " + base64.b64encode(b"\0" + user + b"\0wrong") + b"\r\n")
                    self.assertRegex(reply, "^(535|501) ")
                    self.assert_clean(reply, "reply")
                    self.assertRegex(client.say("AUTH LOGIN"), "^334 ")
                    reply = client.say(base64.b64encode(user) + b"\r\n")
                    if reply.startswith("334"):
                        reply = client.say(base64.b64encode(b"wrong") + b"\r\n")
                    self.assertRegex(reply, "^(535|501) ")
                    self.assert_clean(reply, "reply")
                    client.close()
        self.await_ends(mark, 2 * len(users))
        for line in self.service.lines[mark:]:
            self.assert_clean(line, "log")
            self.assertRegex(line, r"^\[[A-Z]+\] \[[-0-9A-F.]+\] \[")
            self.assertFalse(line.startswith("[NOTICE] [-] [core] forged"))

    def test_what_is_written_into_the_header_is_clean(self):
        for name in (self.EVIL, self.ENCODED, "a(b)c", "\"q\\", "x;y", "[1.2.3.4]", "ä.example"):
            with self.subTest(name):
                before = self.service.tested()
                client = self.client()
                self.assert_clean(client.say(f"HELO {name}") or "", "reply")
                replies = [client.say(line) for line in ("MAIL FROM:<\"a\\\"(b)\"@example.org>", OPEN[1], "DATA")]
                if not replies[-1].startswith("354"):
                    continue
                self.assertRegex(client.say(MESSAGE), "^250 ")
                made = self.service.written_since(before)[0]
                head = made[:made.index(b"Subject: x")].decode()
                self.assert_clean(head.replace("\t", " "), "header")
                for line in head.splitlines():
                    self.assertRegex(line, r"^(Received: |Return-Path: |[ \t]|$)")

    def test_the_log_file_is_as_clean(self):
        file = self.service.directory / "log/haraka.log"
        for line in file.read_bytes().split(b"\n"):
            self.assertIsNone(re.search(rb"[\x00-\x1f\x7f]", line), line)




if __name__ == "__main__":
    unittest.main()
