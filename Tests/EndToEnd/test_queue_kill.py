"""A server that is killed again and again keeps every mail that it acknowledged, and repeats few.

The host that it sends to says what real providers say. Three rounds; 30 with HARAKA_LOAD=1. HARAKA_SEED=N gives the
same mails and the same choices again.
"""
import collections
import email
import itertools
import os
import random
import re
import smtplib
import threading
import time
import unittest

from cases import relaying
from queue_rows import await_empty, leased
from real_replies import real_replies
from receiver import Receiver
from service import wait_for

ROUNDS = 30 if os.environ.get("HARAKA_LOAD") else 3
SEED = int(os.environ.get("HARAKA_SEED", random.randrange(1 << 32)))
SENDERS, DESTINATIONS, MAILS = 20, 12, 150
BACK = "@back.example"


class Chaos:
    """The answers of a host that drops, defers, rejects, delays and hangs at every stage; kind when it is over."""

    def __init__(self):
        self.counts = collections.Counter()
        self.later, self.never = real_replies()
        self.said = set()
        self.released = threading.Event()
        self.is_over = False
        self._numbers = itertools.count()
        self._local = threading.local()

    def __call__(self, line):
        """Each connection is a thread, with luck of its own."""
        local = self._local
        if line == "":
            local.source, local.is_report = random.Random(f"{SEED}/{next(self._numbers)}"), False
        if line.upper().startswith("MAIL FROM:"):
            local.is_report = line.startswith("MAIL FROM:<>")
        if self.is_over or line == "QUIT":
            return None
        return self._answer(local.source, line.split(":")[0], local.is_report)

    def _answer(self, source, stage, is_report):
        luck = source.random()
        # A delay is where a kill hurts most: between the end of a message and the reply to it.
        if luck < 0.25:
            threading.Event().wait(source.uniform(0, 0.15))
            return None
        # So few connections are dropped at once, since their destination is left alone for 15 s then.
        if stage == "" and luck > 0.27:
            return None
        if luck < 0.28:
            return self._do("drop", False)
        if luck < 0.285:
            # It hangs until the server is killed.
            self.released.wait(20)
            return self._do("hang", False)
        if luck < 0.32:
            return self._do("defer", source.choice(self.later))
        # A report that is rejected goes nowhere, as it should: then nobody would know what had become of the mail.
        if luck < 0.35 and stage not in ("", "EHLO") and not is_report:
            return self._do("reject", source.choice(self.never))
        return None

    def _do(self, what, answer):
        self.counts[what] += 1
        if answer:
            self.said.add(answer)
        return answer


class KillTests(unittest.TestCase):
    def setUp(self):
        self.chaos = Chaos()
        self.receiver = Receiver(self.chaos)
        self.addCleanup(self.receiver.close)
        outbound = "temp_fail_intervals=5s*100\nmaxTempFailures=100\n"
        self.service = relaying(f"[any]\nhost=127.0.0.1\nport={self.receiver.port}\n", outbound)
        self.addCleanup(self.service.close)
        self.changed = threading.Condition()
        self.acknowledged, self.kills = set(), []
        self.source = random.Random(SEED)

    def mail(self, number):
        """Its sender, who is told by reports, its recipients, and its text; one of ten is a file of its own."""
        source = random.Random(f"{SEED}/mail-{number}")
        destination = source.randrange(DESTINATIONS)
        recipients = [f"mail-{number}-{at}@to-{destination}.example" for at in range(source.choice((1, 1, 1, 3)))]
        size = source.randrange(300_000, 400_000) if source.random() < 0.1 else source.randrange(100, 20_000)
        text = f"Subject: x\r\nX-Size: {size}\r\n\r\n".encode() + b"0123456789abcdef\r\n" * (size // 18)
        return f"mail-{number}{BACK}", recipients, text

    def send(self, numbers):
        """Sends until there is nothing left, or the server is gone; what has no 250 is not sent again."""
        try:
            with self.service.smtp() as client:
                while True:
                    sender, recipients, text = self.mail(numbers.popleft())
                    client.sendmail(sender, recipients, text)
                    with self.changed:
                        self.acknowledged.update(recipients)
                        self.changed.notify_all()
        except (IndexError, OSError, smtplib.SMTPException):
            pass

    def round(self, number):
        """Starts the server, sends, and kills it after a random count of 250s and a moment more."""
        self.chaos.released.clear()
        self.service.start()
        numbers = collections.deque(range(number * MAILS, (number + 1) * MAILS))
        senders = [threading.Thread(target=self.send, args=(numbers,), daemon=True) for _ in range(SENDERS)]
        enough = len(self.acknowledged) + self.source.randrange(MAILS // 4, MAILS)
        for thread in senders:
            thread.start()
        with self.changed:
            self.changed.wait_for(lambda: len(self.acknowledged) >= enough, 30)
        # Any instant will do: this is no wait for anything.
        time.sleep(self.source.uniform(0, 0.3))
        self.service.kill()
        instant = time.monotonic()
        self.chaos.released.set()
        for thread in senders:
            thread.join(30)
            self.assertFalse(thread.is_alive(), "a client was left waiting by a server that is gone")
        # What the receiver has read by now, the killed server had sent.
        self.kills.append((instant, time.monotonic(), leased(self.service)))

    def finish(self):
        """With a kind receiver, and no wait for those destinations that weren't: the queue runs empty."""
        self.chaos.is_over = True
        self.service.start()
        await_empty(self.service)

    def fates(self):
        """How often each recipient's mail came, and how often its sender was told that it can't; all of it whole."""
        delivered, bounced = collections.Counter(), collections.Counter()
        for mail in self.receiver.mails:
            if mail.sender == "<>":
                self.assertTrue(all(BACK in recipient for recipient in mail.recipients), mail.recipients)
                bounced.update(re.findall(rb"(?mi)^Final-Recipient: rfc822; *(\S+)", mail.text))
                continue
            size = int(email.message_from_bytes(mail.text.split(b"\r\n\r\n")[0])["X-Size"])
            self.assertEqual(mail.text.split(b"\r\n\r\n", 1)[1], b"0123456789abcdef\r\n" * (size // 18))
            delivered.update(re.match("<(.*?)>", recipient)[1] for recipient in mail.recipients)
        return delivered, collections.Counter({name.decode(): bounced[name] for name in bounced})

    def repeats(self):
        """Each copy of a mail that came before: its recipient, how many seconds before a kill the last copy came, None
        without a kill between the two, and whether it was in flight then."""
        last, found = {}, []
        for mail in sorted(self.receiver.mails, key=lambda mail: mail.when):
            # Of one mail there may be several reports, each about other recipients.
            report = email.message_from_bytes(mail.text)["Message-ID"] if mail.sender == "<>" else None
            for name in (recipient.split(">")[0].strip("<") for recipient in mail.recipients):
                before = last.get((name, report))
                if before is not None:
                    kills = [(at, names) for at, over, names in self.kills if before < over < mail.when]
                    is_allowed = any(name in names for _, names in kills)
                    found.append((name, max(0, kills[0][0] - before) if kills else None, is_allowed))
                last[name, report] = mail.when
        return found

    def test_what_was_acknowledged_is_delivered_or_reported_however_often_the_server_is_killed(self):
        begin = time.monotonic()
        for number in range(ROUNDS):
            self.round(number)
        self.finish()
        delivered, bounced = self.fates()
        lost = self.acknowledged - delivered.keys() - bounced.keys()
        # A report is queued in the step that settles what it is about; it can itself be in flight at a kill.
        repeats = self.repeats()
        late = max((when for _, when, _ in repeats if when), default=0)
        both = delivered.keys() & bounced.keys()
        in_flight = [names for _, _, names in self.kills]
        print(f"\nseed {SEED}: {ROUNDS} kills in {time.monotonic() - begin:.0f} s, "
              f"{len(self.acknowledged)} acknowledged, {len(delivered)} delivered, {len(bounced)} reported, "
              f"{sum(map(len, in_flight))} in flight at a kill;\n{len(repeats)} copies too many, the first came up to "
              f"{late * 1000:.0f} ms before a kill; {len(both)} delivered and reported; {dict(self.chaos.counts)}, "
              f"{len(self.chaos.said)} of {len(self.chaos.later) + len(self.chaos.never)} replies said")
        self.assertEqual(lost, set(), f"seed {SEED}: acknowledged, and neither delivered nor reported")
        wrong = [repeat for repeat in repeats if not repeat[2]]
        self.assertEqual(wrong, [], f"seed {SEED}: came again, though nobody was trying it at a kill between")
        self.assertLessEqual(both, set().union(*in_flight), f"seed {SEED}: delivered, and reported without a kill")
        self.assertEqual(self.service.log_lines(r"\[(ERROR|CRIT)"), [])


if __name__ == "__main__":
    unittest.main()
