"""Mail arrives at real hosts as it was sent: at Postfix, and at Exim."""
import email
import os
import re
import unittest

import exim_peer
import postfix_peer
from authority import Authority
from exim_peer import Exim
from next_hop_mails import BODIES, EXTENSIONS, is_same, mail
from postfix_peer import Postfix
from receiver import Receiver
from service import wait_for
from cases import relaying


def next_hop(port, *keys):
    return "\n".join(["host=127.0.0.1", f"port={port}", *keys, ""])


class NextHopCase(unittest.TestCase):
    """One host and one server for all tests of a class."""

    @classmethod
    def start(cls, routes, **environment):
        cls.service = relaying(routes, connection__ini=f"extensions={EXTENSIONS}\n")
        cls.addClassCleanup(cls.service.close)
        cls.service.start(env={**os.environ, **environment})

    @classmethod
    def certificate(cls):
        """For the host, readable by all accounts that servers change to."""
        authority = Authority()
        cls.addClassCleanup(authority.close)
        leaf = authority.issue("localhost")
        authority.folder.chmod(0o755)
        for path in (authority.cert, leaf.cert, leaf.key):
            path.chmod(0o644)
        return authority, leaf

    def arrives(self, name, user="user"):
        """Waits for the mail of this name and returns it as its mailbox has it."""
        def found():
            stored = [text for text in self.peer.stored(user) if b"\nSubject: %s\n" % name in text]
            return stored and stored[0]
        return wait_for(found, f"{name} at the next host", deadline=15)

    def send(self, name, body=b"hello\r\n", to="user@example.net", options=()):
        text = mail(name, body)
        with self.service.smtp() as client:
            client.sendmail("me@example.org", [to], text, mail_options=options)
        return text

    def assert_all_arrive(self, to, prefix):
        """Every body as it was sent; over one connection they are faster, and it is another thing to show."""
        sent = {}
        with self.service.smtp() as client:
            for name, body in BODIES.items():
                sent[prefix + name] = mail(prefix + name, body)
                client.sendmail("me@example.org", [to], sent[prefix + name], mail_options=["BODY=8BITMIME"])
        for name, text in sent.items():
            with self.subTest(name):
                self.assertTrue(is_same(self.arrives(name), text))


@unittest.skipIf(postfix_peer.WHY_NOT, postfix_peer.WHY_NOT)
class PostfixTests(NextHopCase):
    @classmethod
    def setUpClass(cls):
        authority, leaf = cls.certificate()
        # Where Postfix gives what isn't its own: reports, to their readers.
        cls.reader = Receiver()
        cls.addClassCleanup(cls.reader.close)
        cls.peer = Postfix(
            mailboxes=("user", "jürgen"), domains=("example.net", "tls.example.net", "chunks.example.net"),
            relay_port=cls.reader.port, smtpd_tls_security_level="may", smtpd_tls_received_header="yes",
            smtpd_tls_chain_files=f"{leaf.key}, {leaf.cert}", message_size_limit="2000000")
        cls.addClassCleanup(cls.peer.close)
        cls.start(
            "[any]\n" + next_hop(cls.peer.port, "tls=off")
            + "[tls.example.net]\n" + next_hop(cls.peer.port, "tls=verified").replace("127.0.0.1", "localhost")
            + "[chunks.example.net]\n" + next_hop(cls.peer.port, "tls=off", "chunking=true"),
            SSL_CERT_FILE=str(authority.cert))

    def ask(self, name, mail_parameters, rcpt, rcpt_parameters):
        """Sends with parameters that smtplib doesn't let one give."""
        with self.service.raw() as client:
            client.reply()
            for line in ("EHLO client.example", f"MAIL FROM:<me@example.org>{mail_parameters}",
                         f"RCPT TO:<{rcpt}>{rcpt_parameters}"):
                self.assertRegex(client.say(line), "^250", line)
            self.assertRegex(client.say("DATA"), "^354")
            self.assertRegex(client.say(mail(name, b"hello\r\n") + b".\r\n"), "^250")

    def report(self, words):
        """The one report to the sender with these words in it."""
        def found():
            with self.reader.changed:
                return [mail for mail in self.reader.mails if mail.sender.startswith("<>") and words in mail.text]
        report, = wait_for(found, f"a report with {words}", deadline=15)
        parsed = email.message_from_bytes(report.text)
        self.assertEqual(parsed.get_content_type(), "multipart/report")
        return parsed, parsed.get_payload()[1].get_payload()

    def test_postfix_gets_every_byte(self):
        self.assert_all_arrive("user@example.net", b"data-")

    def test_postfix_gets_every_byte_by_bdat(self):
        self.assert_all_arrive("user@chunks.example.net", b"bdat-")
        # One chunk for each, and two for none: the biggest is below a mebibyte.
        wait_for(lambda: sum(map(int, re.findall(r"disconnect from .* bdat=(\d+)", self.peer.log()))) >= len(BODIES),
                 "the count of BDAT in Postfix's log")

    def test_postfix_gets_unicode_addresses(self):
        text = mail(b"unicode", "grüße\r\n".encode())
        with self.service.smtp() as client:
            client.ehlo()
            client.sendmail("zoë@exämple.example", ["jürgen@example.net"], text, ["SMTPUTF8", "BODY=8BITMIME"])
        stored = self.arrives(b"unicode", user="jürgen")
        self.assertTrue(is_same(stored, text))
        self.assertIn("Return-Path: <zoë@exämple.example>".encode(), stored)
        self.assertIn(b"with UTF8SMTP", stored.split(b"\nReceived:")[1])

    def test_postfix_is_spoken_to_in_tls(self):
        self.send(b"in tls", to="user@tls.example.net")
        self.assertRegex(self.arrives(b"in tls").split(b"\nReceived:")[1], rb"using TLSv1\.3 with cipher")

    def test_postfix_writes_the_reports_that_were_asked_for(self):
        self.ask(b"told", " RET=HDRS ENVID=QQ+2B314", "user@example.net",
                 " NOTIFY=SUCCESS ORCPT=rfc822;all+2Bme@example.com")
        report, (whole, each) = self.report(b"QQ+314")
        self.assertEqual(report["From"], "Mail Delivery System <MAILER-DAEMON@postfix.example.net>")
        self.assertEqual(whole["Original-Envelope-Id"], "QQ+314")
        self.assertEqual((each["Action"], each["Original-Recipient"]), ("delivered", "rfc822;all+me@example.com"))
        self.assertEqual(report.get_payload()[2].get_content_type(), "text/rfc822-headers")

    def test_what_postfix_refuses_is_reported_by_us(self):
        self.ask(b"refused", " ENVID=refused-1", "nobody@example.net", " NOTIFY=FAILURE ORCPT=rfc822;who@example.com")
        report, (whole, each) = self.report(b"refused-1")
        self.assertIn("mail.example.com", whole["Reporting-MTA"])
        self.assertEqual((each["Action"], each["Status"], each["Original-Recipient"]),
                         ("failed", "5.1.1", "rfc822; who@example.com"))
        self.assertRegex(each["Diagnostic-Code"], r"(?s)smtp; *550 5\.1\.1 .*User unknown")

    def test_who_asked_for_no_report_gets_none(self):
        self.ask(b"never", " ENVID=never-1", "nobody@example.net", " NOTIFY=NEVER")
        self.service.wait_log(r"bounced to=nobody@example\.net")
        self.ask(b"unasked", " ENVID=once-2", "nobody@example.net", "")
        self.report(b"once-2")
        self.assertFalse([mail for mail in self.reader.mails if b"never-1" in mail.text])

    def test_a_message_above_postfixs_size_comes_back_without_being_sent(self):
        self.send(b"too big", (b"z" * 900 + b"\r\n") * 2300)
        _, (_, each) = self.report(b"too big")
        self.assertEqual(each["Status"], "5.3.4")
        self.assertIn("2000000", each["Diagnostic-Code"])
        self.assertNotIn("Message size exceeds", self.peer.log())


@unittest.skipIf(exim_peer.WHY_NOT, exim_peer.WHY_NOT)
class EximTests(NextHopCase):
    @classmethod
    def setUpClass(cls):
        authority, leaf = cls.certificate()
        cls.peer = Exim(f"tls_certificate = {leaf.cert}\ntls_privatekey = {leaf.key}\nsmtputf8_advertise_hosts = *\n")
        cls.addClassCleanup(cls.peer.close)
        cls.start(
            "[any]\n" + next_hop(cls.peer.port, "tls=off")
            + "[tls.example.net]\n" + next_hop(cls.peer.port, "tls=verified").replace("127.0.0.1", "localhost")
            + "[chunks.example.net]\n" + next_hop(cls.peer.port, "tls=off", "chunking=true"),
            SSL_CERT_FILE=str(authority.cert))

    def test_exim_gets_every_byte(self):
        self.assert_all_arrive("user@example.net", b"data-")

    def test_exim_gets_every_byte_by_bdat(self):
        self.assert_all_arrive("user@chunks.example.net", b"bdat-")
        self.assertGreaterEqual(self.peer.log().count(" K "), len(BODIES))

    def test_exim_is_spoken_to_in_tls(self):
        self.send(b"in tls", to="user@tls.example.net")
        self.assertRegex(self.arrives(b"in tls").split(b"\nReceived:")[0], rb"with esmtps")

    def test_exim_gets_unicode_addresses(self):
        text = mail(b"unicode", "grüße\r\n".encode())
        with self.service.smtp() as client:
            client.ehlo()
            client.sendmail("zoë@example.org", ["jürgen@example.net"], text, ["SMTPUTF8", "BODY=8BITMIME"])
        self.assertTrue(is_same(self.arrives(b"unicode"), text))


if __name__ == "__main__":
    unittest.main()
