"""`haraka queue why` tells of every way to fail what it was, what comes next, and a command that works."""
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import unittest

import signed_zone
from authority import Authority
from cases import relaying
from nameserver import UNBOUND, NameServer
from queue_rows import rows
from receiver import Receiver
from service import HARAKA, free_port, haraka, wait_for
from signed_zone import SignedZone

# An hour, and up to a tenth of it more.
LATER = r"It is tried next \d{4}-\d\d-\d\d .* in (59|6[0-6]) minutes"
NEVER = r"It is given up, and not tried any more"
NOW = r"It is being delivered right now"
EXTENSIONS = ("PIPELINING", "8BITMIME")


@dataclasses.dataclass
class Failure:
    """A section of the routes, none where DNS decides; words of what is told, in this order; what comes next."""
    route: str
    words: str
    next: str = LATER
    user: str = "b"


class Dropping(Receiver):
    """Goes away when it has got the first lines of a message."""

    def take(self, reader, *_):
        for _ in range(10):
            reader.readline()
        raise ConnectionAbortedError


class Secured(Receiver):
    """Speaks TLS from the first byte on."""

    def __init__(self, leaf, *arguments, **options):
        super().__init__(*arguments, leaf=leaf, **options)
        self.extensions = tuple(word for word in self.extensions if word != "STARTTLS")

    def talk(self, connection, *_):
        try:
            with self.context.wrap_socket(connection, server_side=True) as secured:
                super().talk(secured, secured.makefile("rb"), secured.makefile("wb", 0))
        except OSError:
            pass


class LMTP(Receiver):
    """Takes a message for each but one."""

    def converse(self, reader, say, is_secured=False):
        recipients = []
        for raw in reader:
            line = raw.decode().rstrip("\r\n")
            if line.startswith("LHLO"):
                say(line, "250-mx.example\r\n250 PIPELINING")
            elif line.startswith("RCPT"):
                recipients.append(line)
                say(line, "250 2.1.5 ok")
            elif line == "DATA":
                say(line, "354 go on")
                while reader.readline() not in (b".\r\n", b""):
                    pass
                for recipient in recipients:
                    is_full = "<b@" in recipient
                    say("each", "452 4.2.2 <b> has no room left" if is_full else "250 2.1.5 taken")
            elif line == "QUIT":
                say(line, "221 2.0.0 bye")
                return
            else:
                say(line, "250 2.0.0 ok")


def at_rcpt(reply):
    return lambda line: reply if line.startswith("RCPT TO:") else None


@unittest.skipUnless(UNBOUND, "unbound is not installed")
@unittest.skipUnless(signed_zone.IS_INSTALLED, "ldnsutils is not installed")
class WhyTests(unittest.TestCase):
    def receiver(self, *arguments, kind=Receiver, **options):
        receiver = kind(*arguments, **options)
        self.addCleanup(receiver.close)
        return f"host=127.0.0.1\nport={receiver.port}\n"

    def setUp(self):
        self.authority = Authority()
        self.addCleanup(self.authority.close)
        self.leaf = self.authority.issue("mx.example")
        self.released = threading.Event()
        self.addCleanup(self.released.set)

    def hang(self, line):
        """Keeps the end of a message waiting until the test is over."""
        if line == ".":
            self.released.wait(60)
            return False
        return None

    def failures(self):
        """By the first word of the domain."""
        starttls = (*EXTENSIONS, "STARTTLS")
        return {
            "dead": Failure("", "dead.example.*connect"),
            "null": Failure("", "takes no mail .*null MX", NEVER),
            "gone": Failure("", "no domain gone.example", NEVER),
            "lookup": Failure("", "DNS"),
            "refused": Failure(f"host=127.0.0.1\nport={free_port()}\n", "connect"),
            "badtls": Failure(self.receiver(
                lambda line: "220 go on" if line == "STARTTLS" else None, starttls) + "tls=required\n", "TLS"),
            "notls": Failure(self.receiver() + "tls=required\n", "offers no TLS"),
            "cert": Failure(self.receiver(leaf=self.leaf) + "tls=verified\n", "certificate"),
            "dane": Failure("", "(?i)(TLSA|DANE)"),
            "grey": Failure(self.receiver(at_rcpt("450 4.7.1 Greylisted, come again in 5 minutes")), "(?i)greylist"),
            "full": Failure(self.receiver(at_rcpt("452 4.2.2 mailbox full")), "mailbox (is )?full"),
            "quota": Failure(self.receiver(at_rcpt("552 5.2.2 over quota")), "(?i)mailbox is full|over quota", NEVER),
            "rate": Failure(self.receiver(at_rcpt("421 4.7.28 rate limited, slow down")), "(?i)rate|limits how much"),
            "unknown": Failure(self.receiver(at_rcpt("550 5.1.1 no such user")), "(?i)no such (user|mailbox)", NEVER),
            "size": Failure(self.receiver(extensions=(*EXTENSIONS, "SIZE 10")), "bigger|at most 10 bytes", NEVER),
            "utf8": Failure(self.receiver(extensions=EXTENSIONS), "(?i)SMTPUTF8|internationalized", NEVER, user="bö"),
            "login": Failure(self.receiver(
                self.leaf, lambda line: "535 5.7.8 bad credentials" if line.startswith("AUTH") else None,
                (*EXTENSIONS, "AUTH PLAIN"), kind=Secured) + "implicit_tls=true\nuser=me\npassword=secret\n",
                "password|535"),
            "loop": Failure("", "comes back to this server|circle", NEVER),
            "hang": Failure(self.receiver(self.hang), "not tried yet", NOW),
            "garbage": Failure(self.receiver(lambda line: "hello there" if line == "" else None), "SMTP"),
            "drop": Failure(self.receiver(kind=Dropping), "closed the connection"),
            "silence": Failure(self.receiver(lambda line: False if line == "." else None), "closed the connection"),
            "lmtp": Failure(self.receiver(kind=LMTP) + "lmtp=true\n", "mailbox is full|no room left"),
        }

    def names(self, folder, port):
        """The name server, and the trust anchor of its signed zone, whose host shows another certificate."""
        wrong = "ab" * 32
        zone = SignedZone("dane.signed", "@ IN MX 10 mx", "mx IN A 127.0.0.1", f"_{port}._tcp.mx IN TLSA 3 1 1 {wrong}",
                          folder=folder)
        names = NameServer(
            "dead.example. MX 10 mx.dead.example.", "mx.dead.example. A 127.0.0.3", "null.example. MX 0 .",
            "loop.example. MX 10 mail.example.com.", more=zone.clause)
        self.addCleanup(names.close)
        return names, zone

    def serve(self, failures):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="haraka-why-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        mail_host = Receiver(leaf=self.leaf)
        self.addCleanup(mail_host.close)
        names, zone = self.names(folder, mail_host.port)
        # Who isn't there would be left alone for a while, with all its mail.
        keeper = self.receiver(at_rcpt("451 4.0.0 not now"))
        routes = "".join(f"[{name}.example]\n{failure.route}" for name, failure in failures.items() if failure.route)
        service = relaying(
            f"{routes}[any]\nport={mail_host.port}\n[waits.example]\n{keeper}",
            "temp_fail_intervals=1h*5\nconnect_timeout=5\n",
            dns__ini=f"forwarders=127.0.0.1@{names.port}\ntrust_anchors={zone.anchor}\n")
        self.addCleanup(service.close)
        return service.start()

    def domain(self, name):
        return {"dane": "dane.signed", "lookup": "lookup.elsewhere"}.get(name, f"{name}.example")

    def send(self, service, failures):
        """One message for each; somebody else keeps it in the queue when the first is given up. By name."""
        big = b"Subject: x\r\n\r\n" + b"y" * 70 + b"\r\n" + (b"z" * 76 + b"\r\n") * 5000
        messages = {}
        with service.smtp() as client:
            client.ehlo()
            for name, failure in failures.items():
                address = f"{failure.user}@{self.domain(name)}"
                # The sender is null: reports would want a delivery of their own.
                client.mail("", ["SMTPUTF8"] if not address.isascii() else [])
                client.rcpt(address)
                client.rcpt("keeper@waits.example")
                code, said = client.data(big if name == "drop" else b"Subject: x\r\n\r\nhello\r\n")
                self.assertEqual(code, 250, said)
                messages[name] = re.search(r"\(([-0-9A-F]+\.\d+)\)", said.decode())[1]
        return messages

    def await_attempts(self, service):
        def left():
            found = rows(service, "SELECT address, state FROM recipient WHERE tried IS NULL")
            return [address for address, state in found if "@hang." not in address or state != 1]
        try:
            wait_for(lambda: not left(), "an attempt for each", 40)
        except AssertionError:
            self.fail(f"not tried: {left()}")

    def test_twenty_failures_are_told_with_their_cause_what_is_next_and_a_command(self):
        failures = self.failures()
        self.assertGreaterEqual(len(failures), 20)
        service = self.serve(failures)
        messages = self.send(service, failures)
        self.await_attempts(service)
        told = {name: haraka("queue", "why", mail, "-c", service.directory).stdout for name, mail in messages.items()}
        for name, failure in failures.items():
            with self.subTest(name):
                # What is told of the one, up to the next recipient.
                about = re.search(rf"(?ms)^<[^>]*@{re.escape(self.domain(name))}>: .*?(?=^<|\Z)", told[name])[0]
                self.assertRegex(about, failure.words)
                self.assertRegex(about, failure.next)
                commands = re.findall(r": ((?:haraka|sed|printf|echo) .*)$", told[name], re.MULTILINE)
                self.assertIn("haraka", " ".join(commands), told[name])
                for command in dict.fromkeys(commands):
                    self.assert_works(command, told[name])

    def assert_works(self, command, told):
        """As a shell has it; dig and openssl would ask hosts that aren't there."""
        variables = {**os.environ, "PATH": f"{HARAKA.parent}:{os.environ['PATH']}"}
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, env=variables)
        self.assertEqual(done.returncode, 0, f"{command}: {done.stdout}{done.stderr}\n{told}")


if __name__ == "__main__":
    unittest.main()
