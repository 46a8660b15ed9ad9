"""Sends mails over many connections at once, and knows when each was acknowledged."""
import base64
import collections
import hashlib
import math
import random
import smtplib
import threading
import time

from stores import ID

SMALLEST, BIGGEST = 1 << 10, 5 << 20


class Ledger:
    """What was sent, and the instant of each 250."""

    def __init__(self):
        self.digests = {}
        self.acknowledged = {}
        self.failures = []
        self.is_over = False
        self._changed = threading.Condition()

    def sending(self, id, digest):
        with self._changed:
            self.digests[id] = digest

    def acknowledge(self, id):
        with self._changed:
            self.acknowledged[id] = time.monotonic()
            self._changed.notify_all()

    def end(self):
        with self._changed:
            self.is_over = True
            self._changed.notify_all()

    def wait_for(self, count):
        """Waits until so many are acknowledged, or no more will be."""
        with self._changed:
            self._changed.wait_for(lambda: len(self.acknowledged) >= count or self.is_over)

    def before(self, instant):
        """Those that had their 250 before an instant."""
        with self._changed:
            return {id for id, when in self.acknowledged.items() if when < instant}


def message(number, seed):
    """A mail's id, its text and its body's digest. Sizes are even on a logarithmic scale."""
    source = random.Random(f"{seed}/{number}")
    size = int(math.exp(source.uniform(math.log(SMALLEST), math.log(BIGGEST))))
    body = base64.encodebytes(source.randbytes(size * 3 // 4)).replace(b"\n", b"\r\n")
    id, digest = f"mail-{number}", hashlib.sha256(body).hexdigest()
    head = f"Subject: crash\r\n{ID}: {id}\r\nX-Crash-SHA256: {digest}\r\n\r\n"
    return id, head.encode() + body, digest


def send(port, store, mails, connections, seed, ledger):
    """Sends them all; returns when every connection has ended."""
    numbers = collections.deque(range(mails))

    def work():
        try:
            with smtplib.SMTP("127.0.0.1", port, local_hostname="crash.example", timeout=300) as client:
                while True:
                    number = numbers.popleft()
                    id, text, digest = message(number, seed)
                    ledger.sending(id, digest)
                    client.sendmail("me@example.org", [store.recipient(number)], text)
                    ledger.acknowledge(id)
        except IndexError:
            pass
        except (OSError, smtplib.SMTPException) as error:
            ledger.failures.append(f"{error!r}")

    threads = [threading.Thread(target=work, daemon=True) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ledger.end()
