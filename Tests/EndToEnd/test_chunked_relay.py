"""What came by BDAT leaves as one message or comes back, whatever looks like an end of DATA in it; never as two."""
import email
import unittest

import exim_peer
import postfix_peer
from cases import relaying
from exim_peer import Exim
from next_hop_mails import EXTENSIONS, is_same, mail
from postfix_peer import Postfix
from receiver import Receiver
from service import Service, wait_for

# A host that takes one of these for the end of DATA goes on to take what follows for commands.
FALSE_ENDS = {
    b"lf": b"\n.\r\n", b"lf behind": b"\r\n.\n", b"lf twice": b"\n.\n", b"cr": b"\r.\r\n", b"cr behind": b"\r\n.\r",
    b"cr twice": b"\r.\r", b"bare cr": b"a\rb", b"bare lf": b"a\nb", b"nul": b"\r\n\x00.\r\n",
}
SECOND = (b"MAIL FROM:<evil@example.org>\r\nRCPT TO:<user@example.net>\r\nDATA\r\n"
          b"Subject: smuggled\r\n\r\nx\r\n.\r\nQUIT\r\n")


class Peer:
    """A receiver of ours, with what the others have; it offers no CHUNKING."""

    def __init__(self):
        self.receiver = Receiver()
        self.port = self.receiver.port

    def stored(self):
        with self.receiver.changed:
            return [b"\n" + mail.text.replace(b"\r\n", b"\n") for mail in self.receiver.mails]

    def close(self):
        self.receiver.close()


class ChunkedRelayCase:
    @classmethod
    def setUpClass(cls):
        cls.peer = cls.make_peer()
        cls.addClassCleanup(cls.peer.close)
        cls.reader = Receiver()
        cls.addClassCleanup(cls.reader.close)
        # Where TLS is off what goes over the wire is what is meant, and a route that prefers BDAT has to do without.
        cls.service = relaying(
            f"[example.net]\nhost=127.0.0.1\nport={cls.peer.port}\ntls=off\nchunking=true\n"
            f"[any]\nhost=127.0.0.1\nport={cls.reader.port}\n", connection__ini=f"extensions={EXTENSIONS}\n")
        cls.addClassCleanup(cls.service.close)
        cls.service.start()

    def bdat(self, text, parameters=""):
        """The reply to a message in two chunks, split where it hurts."""
        with self.service.raw() as client:
            client.reply()
            client.say("EHLO client.example")
            self.assertRegex(client.say(f"MAIL FROM:<me@example.org>{parameters}"), "^250")
            self.assertRegex(client.say("RCPT TO:<user@example.net>"), "^250")
            middle = text.find(b".") if b"." in text else len(text) // 2
            client.socket.sendall(b"BDAT %d\r\n" % middle + text[:middle])
            first = client.reply()
            if first is None or first[:1] != "2":
                return first
            client.socket.sendall(b"BDAT %d LAST\r\n" % (len(text) - middle) + text[middle:])
            return client.reply()

    def stored(self, name):
        return [text for text in self.peer.stored() if b"\nSubject: %s\n" % name in text]

    def assert_nothing_smuggled(self):
        """Asked behind a mail that has arrived: what went before it has been dealt with."""
        name = b"marker of " + self.id().rsplit(".")[-1].encode()
        self.assertRegex(self.bdat(mail(name, b"hello\r\n")), "^250")
        wait_for(lambda: self.stored(name), "the marker", 15)
        for text in self.peer.stored():
            header = text.split(b"\n\n", 1)[0]
            self.assertNotIn(b"Subject: smuggled", header)
            self.assertNotIn(b"evil@example.org", header)

    def test_a_binary_message_comes_back_where_the_host_has_no_chunking(self):
        for name, end in FALSE_ENDS.items():
            with self.subTest(name):
                mark = len(self.service.lines)
                self.assertRegex(self.bdat(mail(name, b"x" + end + SECOND), " BODY=BINARYMIME"), "^250")
                self.service.wait_log(r"bounced to=user@example\.net .*takes no binary messages", 15, mark)
                self.assertEqual(self.stored(name), [])
                self.assert_reported(name)
        self.assert_nothing_smuggled()

    def assert_reported(self, name):
        def found():
            with self.reader.changed:
                return [mail.text for mail in self.reader.mails if b"Subject: %s\r\n" % name in mail.text]
        reports = wait_for(found, "the report", 15)
        self.assertEqual(len(reports), 1)
        status = email.message_from_bytes(reports[0]).get_payload()[1].get_payload()[1]
        self.assertEqual((status["Action"], status["Status"]), ("failed", "5.6.1"))

    def test_a_message_of_lines_is_never_taken_with_a_false_end_in_it(self):
        for name, end in FALSE_ENDS.items():
            with self.subTest(name):
                reply = self.bdat(mail(b"lines " + name, b"x" + end + SECOND))
                self.assertRegex(reply or "nothing", r"^521[- ]5\.5\.2 ")
                self.assertEqual(self.stored(b"lines " + name), [])
        self.assert_nothing_smuggled()

    def test_a_true_end_in_a_chunk_is_a_line_of_the_one_message(self):
        text = mail(b"true end", b"x\r\n.\r\n" + SECOND + b"..\r\n.\r\n")
        self.assertRegex(self.bdat(text), "^250")
        stored, = wait_for(lambda: self.stored(b"true end"), "the message", 15)
        self.assertTrue(is_same(stored, text), stored)
        self.assert_nothing_smuggled()


class OurReceiverTests(ChunkedRelayCase, unittest.TestCase):
    make_peer = Peer


@unittest.skipIf(postfix_peer.WHY_NOT, postfix_peer.WHY_NOT)
class PostfixTests(ChunkedRelayCase, unittest.TestCase):
    @staticmethod
    def make_peer():
        return Postfix(smtpd_discard_ehlo_keywords="chunking, silent-discard")


@unittest.skipIf(exim_peer.WHY_NOT, exim_peer.WHY_NOT)
class EximTests(ChunkedRelayCase, unittest.TestCase):
    @staticmethod
    def make_peer():
        return Exim("chunking_advertise_hosts =\ntls_advertise_hosts =\n")


class ToOurselvesTests(unittest.TestCase):
    def test_a_binary_message_goes_by_bdat_to_a_host_that_takes_it(self):
        """Every byte of it, since a chunk is counted and nothing in it is looked for."""
        other = Service(plugins=["rcpt_to.in_host_list", "queue/test"], domain="example.net",
                        connection__ini=f"extensions={EXTENSIONS}\n")
        self.addCleanup(other.close)
        other.start()
        service = relaying(
            f"[any]\nhost=127.0.0.1\nport={other.port()}\n", connection__ini=f"extensions={EXTENSIONS}\n")
        self.addCleanup(service.close)
        service.start()
        text = mail(b"whole", b"x" + b"".join(FALSE_ENDS.values()) + SECOND + bytes(range(256)) * 5000)
        with service.raw() as client:
            client.envelope()
            client.say("RSET")
            client.say("MAIL FROM:<me@example.org> BODY=BINARYMIME")
            client.say("RCPT TO:<user@example.net>")
            self.assertRegex(client.say(b"BDAT %d LAST\r\n" % len(text) + text), "^250")
        service.wait_log(r"delivered to=user@example\.net")
        stored, = wait_for(lambda: other.written_since(set()), "the message")
        self.assertTrue(stored.endswith(b"\r\n" + text))


if __name__ == "__main__":
    unittest.main()
