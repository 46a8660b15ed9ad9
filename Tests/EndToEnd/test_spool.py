"""Big messages: on disk while they come, and what a full or a blocked disk does to them and to others."""
import asyncio
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
import unittest

from service import Service, wait_for

MIB = 1 << 20
# The whole load: 500 clients with 20 MiB each. By default a tenth of it, which takes seconds.
SENDERS, SIZE = (500, 20 * MIB) if os.environ.get("HARAKA_LOAD") else (250, 4 * MIB)


class Disk:
    """A file system of its own, that can be filled and blocked."""

    def __init__(self, megabytes):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="haraka-disk-"))
        image = self.folder / "image"
        with image.open("wb") as file:
            file.truncate(megabytes * MIB)
        self.path = self.folder / "mounted"
        self.path.mkdir()
        self._run("mkfs.ext4", "-q", "-m", "0", image)
        self._run("mount", "-o", "loop", image, self.path)
        self.path.chmod(0o777)
        self.is_frozen = False

    def _run(self, *command):
        subprocess.run(list(map(str, command)), check=True, capture_output=True, timeout=60)

    def freeze(self):
        self._run("fsfreeze", "-f", self.path)
        self.is_frozen = True

    def thaw(self):
        self._run("fsfreeze", "-u", self.path)
        self.is_frozen = False

    def close(self):
        if self.is_frozen:
            self.thaw()
        wait_for(lambda: subprocess.run(["umount", self.path], capture_output=True).returncode == 0, "unmounting")
        shutil.rmtree(self.folder)


def disk(megabytes):
    try:
        return Disk(megabytes)
    except (OSError, subprocess.SubprocessError) as error:
        raise unittest.SkipTest(f"needs root, mkfs.ext4 and a loop device: {error}")


def memory(pid):
    """Bytes of the process that no file backs: what a slow disk must not make grow."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(text.split("RssAnon:")[1].split()[0]) * 1024


class SpoolTests(unittest.TestCase):
    def service(self, queue="queue/discard", **files):
        service = Service(plugins=["rcpt_to.in_host_list", queue], discard__ini="i_know=true\n", **files)
        self.addCleanup(service.close)
        return service

    def test_big_messages_arrive_byte_for_byte(self):
        service = Service().start()
        self.addCleanup(service.close)
        source = random.Random(7)
        for size in (100_000, 131_072, 140_000, 3 * MIB, 20 * MIB):
            lines = [b"Subject: big", b""]
            left = size
            while left > 0:
                line = bytes(source.choices(range(33, 127), k=min(left, 900)))
                lines.append(line)
                left -= len(line) + 2
            text = b"\r\n".join(lines) + b"\r\n"
            before = set(service.mails())
            service.send(text=text)
            fresh = set(service.mails()) - before
            self.assertEqual(len(fresh), 1)
            stored = fresh.pop().read_bytes().replace(b"\r\n", b"\n")
            self.assertTrue(stored.endswith(text.replace(b"\r\n", b"\n")), f"of {size} bytes some differ")
        self.assertEqual(os.listdir(service.directory / "state/spool") if (service.directory / "state/spool").exists()
                         else [], [])

    def test_a_full_disk_says_452_and_serves_on(self):
        full = disk(16)
        self.addCleanup(full.close)
        service = self.service(connection__ini=f"spool_dir={full.path}\n").start()
        text = b"Subject: big\r\n\r\n" + (b"x" * 998 + b"\r\n") * 20_000
        with service.raw() as client:
            client.envelope()
            client.say("DATA")
            client.socket.sendall(text)
            self.assertRegex(client.say(b".\r\n"), r"^452 4\.3\.1 ")
            self.assertRegex(client.say("MAIL FROM:<me@example.org>"), "^250 ")
        service.wait_log(r"could not be spooled.*No space left")
        # It has room again as soon as the message is gone, and nothing needs to be told.
        service.send(text=b"Subject: small\r\n\r\nhello\r\n")
        service.send(text=text[: 5 * MIB])

    def test_a_folder_that_is_not_there_stops_the_start(self):
        service = self.service(connection__ini="spool_dir=/nowhere\n")
        with self.assertRaisesRegex(AssertionError, r"spool_dir: no file can be made in /nowhere"):
            service.start()

    def test_a_blocked_disk_holds_up_nobody_else(self):
        slow = disk(max(1024, SENDERS * SIZE // MIB * 5 // 4))
        self.addCleanup(slow.close)
        service = self.service(connection__ini=f"spool_dir={slow.path}\n").start()
        before = memory(service.process.pid)
        probe = Probe(service.port())
        self.addCleanup(probe.stop)
        wait_for(lambda: len(probe.times) >= 50, "a calm beginning")

        slow.freeze()
        flood = Flood(service.port())
        # Each sender has given what the server takes without the disk, and waits.
        wait_for(lambda: flood.is_stuck(), "all senders waiting")
        probe.times.clear()
        end = time.monotonic() + 5
        peak = 0

        def passed():
            nonlocal peak
            peak = max(peak, memory(service.process.pid))
            return time.monotonic() > end
        wait_for(passed, "five seconds of a blocked disk")
        blocked = list(probe.times)
        slow.thaw()
        flood.join()
        self.assertEqual(flood.replies, {"250": SENDERS})
        probe.stop()
        self.assertEqual(probe.failures, [])
        each = (peak - before) / SENDERS
        print(f"\n{SENDERS} senders of {SIZE // MIB} MiB, disk blocked for 5 s: {each / 1024:.0f} KiB of memory each; "
              f"others' latency p50 {statistics.median(blocked) * 1000:.1f} ms, "
              f"p99 {sorted(blocked)[int(len(blocked) * 0.99)] * 1000:.1f} ms of {len(blocked)} messages")
        # What a message may keep in memory (spool_after), what may wait for the disk, and buffers of its connection.
        self.assertLess(each, 600 * 1024)
        self.assertGreater(len(blocked), 50, "others are served while the disk is blocked")
        self.assertLess(max(blocked), 2.5, "nobody waits for the disk who has nothing to do with it")


class Probe:
    """Small messages one after another, each on a connection of its own, and how long each took."""

    def __init__(self, port):
        self.port = port
        self.times = []
        self.failures = []
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        import smtplib
        while not self.stopping.is_set():
            begin = time.monotonic()
            try:
                with smtplib.SMTP("127.0.0.1", self.port, local_hostname="probe.example", timeout=60) as client:
                    client.sendmail("me@example.org", ["user@example.com"], b"Subject: x\r\n\r\nhello\r\n")
            except (OSError, smtplib.SMTPException) as error:
                self.failures.append(repr(error))
            self.times.append(time.monotonic() - begin)
            self.stopping.wait(0.01)

    def stop(self):
        self.stopping.set()
        self.thread.join(60)


class Flood:
    """Many clients that each send one big message at the same time."""

    def __init__(self, port):
        self.port = port
        self.replies = {}
        self.sent = [0] * SENDERS
        self.error = None
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        try:
            asyncio.run(self._all())
        except Exception as error:  # shown by join()
            self.error = error

    async def _all(self):
        await asyncio.gather(*(self._one(number) for number in range(SENDERS)))

    async def _one(self, number):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.transport.set_write_buffer_limits(high=0)

        async def reply():
            while True:
                line = await reader.readline()
                if not line or line[3:4] == b" ":
                    return line[:3].decode()
        await reply()
        for line in ("EHLO flood.example", "MAIL FROM:<me@example.org>", "RCPT TO:<user@example.com>", "DATA"):
            writer.write(line.encode() + b"\r\n")
            await reply()
        writer.write(b"Subject: flood\r\n\r\n")
        piece = (b"y" * 998 + b"\r\n") * 32
        while self.sent[number] < SIZE:
            writer.write(piece)
            await writer.drain()
            self.sent[number] += len(piece)
        writer.write(b".\r\nQUIT\r\n")
        code = await reply()
        self.replies[code] = self.replies.get(code, 0) + 1
        writer.close()

    def is_stuck(self):
        """Whether every sender has begun, and none gets on any more."""
        now = sum(self.sent)
        stuck = all(self.sent) and now == getattr(self, "last", None)
        if now != getattr(self, "last", None):
            self.last, self.since = now, time.monotonic()
        return stuck and time.monotonic() - self.since > 1

    def join(self):
        self.thread.join(600)
        if self.thread.is_alive() or self.error:
            raise AssertionError(f"the flood did not end: {self.error!r}, {self.replies}")


if __name__ == "__main__":
    unittest.main()
