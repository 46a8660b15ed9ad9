"""Ten thousand clients that send a byte a second: what each takes, and whether others are served."""
import os
import pathlib
import resource
import selectors
import socket
import threading
import time
import unittest

from service import Service, wait_for
from test_spool import Probe, latency, memory

CLIENTS = 10_000 if os.environ.get("HARAKA_LOAD") else 2_000
# A release keeps to 6 KiB; a debug build has larger frames, and a sanitizer's is no measure at all.
BOUND = int(os.environ.get("HARAKA_CONNECTION_BYTES", 6 * 1024))


class Crowd:
    """Clients past EHLO that go on with a command, one byte a second each."""

    LINE = b"MAIL FROM:<somebody.with.quite.a.long.name@a.rather.long.domain.example.org> SIZE=10000 BODY=8BITMIME "

    def __init__(self, port, count):
        self.sockets = []
        self.sent = 0
        self.stopping = threading.Event()
        for _ in range(count):
            client = socket.create_connection(("127.0.0.1", port), 60)
            self.sockets.append(client)
            if len(self.sockets) % 500 == 0:
                for each in self.sockets[-500:]:
                    self._read(each)
        for client in self.sockets:
            client.sendall(b"EHLO slow.example\r\n")
        for client in self.sockets:
            self._read(client)
        self.thread = threading.Thread(target=self._drip, daemon=True)
        self.thread.start()

    @staticmethod
    def _read(client):
        text = b""
        while True:
            lines = text.split(b"\r\n")
            if text.endswith(b"\r\n") and lines[-2][3:4] == b" ":
                return text
            more = client.recv(4096)
            if not more:
                raise AssertionError(f"closed after {text!r}")
            text += more

    def _drip(self):
        """Each second all of them, spread evenly over it."""
        position = 0
        while not self.stopping.is_set():
            begin = time.monotonic()
            for index, client in enumerate(self.sockets):
                client.send(self.LINE[position:position + 1])
                self.sent += 1
                if index % 100 == 99:
                    self.stopping.wait(max(0.0, begin + (index + 1) / len(self.sockets) - time.monotonic()))
            position += 1

    def closed(self):
        """How many the server has hung up on."""
        selector = selectors.DefaultSelector()
        for client in self.sockets:
            selector.register(client, selectors.EVENT_READ)
        with selector:
            return len(selector.select(0))

    def close(self):
        self.stopping.set()
        self.thread.join(30)
        for client in self.sockets:
            client.close()


class SlowConnectionTests(unittest.TestCase):
    def test_each_takes_little_and_others_are_served(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < CLIENTS + 1000:
            self.skipTest(f"{hard} open files are too few")
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        service = Service(plugins=["rcpt_to.in_host_list", "queue/discard"], discard__ini="all=true\n").start()
        self.addCleanup(service.close)
        # What the allocator and the runtime take once doesn't count.
        Crowd(service.port(), 300).close()
        before = memory(service.process.pid)
        probe = Probe(service.port())
        self.addCleanup(probe.stop)
        wait_for(lambda: len(probe.times) >= 200, "a calm beginning")
        calm = list(probe.times)

        crowd = Crowd(service.port(), CLIENTS)
        self.addCleanup(crowd.close)
        probe.times.clear()
        # Ten bytes of each.
        wait_for(lambda: crowd.sent >= 10 * CLIENTS, "ten bytes of each")
        each = (memory(service.process.pid) - before) / CLIENTS
        crowded = list(probe.times)
        probe.stop()
        print(f"\n{CLIENTS} connections at a byte a second: {each:.0f} bytes of memory each; "
              f"others' messages before: {latency(calm)}; meanwhile: {latency(crowded)}")
        self.assertEqual(probe.failures, [])
        self.assertEqual(crowd.closed(), 0, "none is cut off before its time")
        self.assertLessEqual(each, BOUND)
        self.assertGreater(len(crowded), 100)

    def test_a_command_has_its_time_however_steadily_it_comes(self):
        service = Service(connection__ini="[max]\ncommand_time=2\n").start()
        self.addCleanup(service.close)
        with service.raw() as client:
            client.reply()
            client.say("EHLO slow.example")
            stop = threading.Event()
            self.addCleanup(stop.set)

            def drip():
                while not stop.wait(0.1):
                    try:
                        client.socket.send(b"N")
                    except OSError:
                        return
            threading.Thread(target=drip, daemon=True).start()
            self.assertRegex(client.reply(), r"^421 4\.4\.2 ")
            self.assertIsNone(client.reply())


if __name__ == "__main__":
    unittest.main()
