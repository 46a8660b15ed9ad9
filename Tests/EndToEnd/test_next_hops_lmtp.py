"""Dovecot takes mail by LMTP, over TCP and over a unix socket, and says of each recipient what becomes of it."""
import email
import unittest

import dovecot_peer
from dovecot_peer import Dovecot
from next_hop_mails import BODIES, EXTENSIONS, is_same, mail
from receiver import Receiver
from service import haraka, wait_for
from cases import relaying

USERS = ("good", "full", "other")


@unittest.skipIf(dovecot_peer.WHY_NOT, dovecot_peer.WHY_NOT)
class DovecotTests(unittest.TestCase):
    quota_settings = ""

    @classmethod
    def setUpClass(cls):
        cls.peer = Dovecot(users=USERS, quotas={"full": 1000}, settings=cls.quota_settings)
        cls.addClassCleanup(cls.peer.close)
        cls.reader = Receiver()
        cls.addClassCleanup(cls.reader.close)
        cls.service = relaying(
            f"[example.net]\nhost=127.0.0.1\nport={cls.peer.port}\nlmtp=true\n"
            f"[any]\nhost=127.0.0.1\nport={cls.reader.port}\n", connection__ini=f"extensions={EXTENSIONS}\n")
        cls.addClassCleanup(cls.service.close)
        cls.service.start()

    def send(self, name, body, *to):
        text = mail(name, body)
        with self.service.smtp() as client:
            client.sendmail("me@example.org", [f"{user}@example.net" for user in to], text, ["BODY=8BITMIME"])
        return text

    def arrives(self, name, user):
        def found():
            stored = [text for text in self.peer.stored(user) if b"\nSubject: %s\n" % name in text]
            return stored and stored[0]
        return wait_for(found, f"{name} for {user}", deadline=15)

    def fate(self, user, pattern, mark):
        return self.service.wait_log(rf"\b{pattern} to={user}@example\.net .*", deadline=15, after=mark)[0]

    def use(self, keys):
        """Another way to the same Dovecot."""
        mark = len(self.service.lines)
        self.service.write("outbound.routes.ini", f"[example.net]\nlmtp=true\n{keys}"
                           f"[any]\nhost=127.0.0.1\nport={self.reader.port}\n")
        self.service.reload(check=True)
        return mark


class Verdicts(DovecotTests):
    def test_each_recipient_has_a_fate_of_its_own(self):
        ways = {"tcp": f"host=127.0.0.1\nport={self.peer.port}\n", "unix": f"path={self.peer.socket}\n"}
        for way, keys in ways.items():
            with self.subTest(way):
                mark = self.use(keys)
                name = b"each by " + way.encode()
                text = self.send(name, b"x" * 70 + b"\r\n" + b"y" * 900 + b"\r\n" + b"z" * 900 + b"\r\n",
                                 "good", "nobody", "full", "other")
                for user in ("good", "other"):
                    self.assertTrue(is_same(self.arrives(name, user), text))
                    self.fate(user, "delivered", mark)
                self.assertRegex(self.fate("nobody", "bounced", mark), r"550 5\.1\.1 .*User doesn't exist")
                self.assertRegex(self.fate("full", "bounced", mark), r"552 5\.2\.2 .*Quota exceeded")
                self.assertEqual(self.peer.stored("full"), [])
                # One message, one delivery each: nobody gets it again because others didn't.
                self.assertEqual(sum(b"\nSubject: %s\n" % name in text for text in self.peer.stored("good")), 1)
                self.assert_reported(name)

    def assert_reported(self, name):
        """The sender is told of both who won't get it, in as many reports as it takes, and of nobody else."""
        def told():
            with self.reader.changed:
                mails = [mail for mail in self.reader.mails if name in mail.text]
            found = {}
            for mail in mails:
                for part in email.message_from_bytes(mail.text).get_payload()[1].get_payload()[1:]:
                    found[part["Final-Recipient"].split(";")[1].strip()] = (part["Action"], part["Status"])
            return len(found) >= 2 and found
        self.assertEqual(wait_for(told, "the reports", deadline=15), {
            "nobody@example.net": ("failed", "5.1.1"), "full@example.net": ("failed", "5.2.2")})

    def test_dovecot_gets_every_byte(self):
        for way, keys in {"tcp": f"host=127.0.0.1\nport={self.peer.port}\n", "unix": f"path={self.peer.socket}\n",
                          "chunks": f"path={self.peer.socket}\nchunking=true\n"}.items():
            self.use(keys)
            sent = {way.encode() + b"-" + name: self.send(way.encode() + b"-" + name, body, "good")
                    for name, body in BODIES.items()}
            for name, text in sent.items():
                with self.subTest(name):
                    self.assertTrue(is_same(self.arrives(name, "good"), text))


class TemporaryQuota(DovecotTests):
    """Where a full mailbox may be emptied, its mail waits."""
    quota_settings = "quota_full_tempfail = yes\n"

    def test_a_full_mailbox_waits_while_the_others_have_theirs(self):
        mark = len(self.service.lines)
        self.send(b"waits", b"y" * 900 + b"\r\n" + b"z" * 900 + b"\r\n", "good", "full")
        self.arrives(b"waits", "good")
        self.fate("good", "delivered", mark)
        self.assertRegex(self.fate("full", "deferred", mark), r"4\d\d 4\.2\.2 .*Quota exceeded")
        listed = haraka("queue", "list", "--state", "waiting", "-c", self.service.directory).stdout
        self.assertIn("full@example.net", listed)
        self.assertNotIn("good@example.net", listed)


if __name__ == "__main__":
    unittest.main()
