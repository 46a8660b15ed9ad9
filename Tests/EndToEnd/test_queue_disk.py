"""What clients are told while the disk of the queue fails, is full, read-only or slow, and what is delivered then."""
import collections
import concurrent.futures
import contextlib
import email
import os
import time
import unittest

from cases import ClientCase, relaying
from queue_rows import await_empty, rows
from receiver import Receiver
from service import wait_for
from test_failfs import failing_disk

SMALL = b"0123456789abcdef\r\n" * 200
# Texts of more than 256 KiB are files of their own.
BIG = b"0123456789abcdef\r\n" * 20_000
REFUSED = r"^4\d\d 4\.\d\.\d "


class QueueOnFailingDiskTests(ClientCase):
    def setUp(self):
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)
        self.service = relaying(f"[any]\nhost=127.0.0.1\nport={self.receiver.port}\n", "disabled=true\n")
        self.addCleanup(self.service.close)
        queue = self.service.directory / "queue"
        owner = (self.service.directory / "mail").stat()
        queue.mkdir(mode=0o700, exist_ok=True)
        self.disk = failing_disk(at=queue)
        self.addCleanup(self.disk.close)
        os.chown(queue, owner.st_uid, owner.st_gid)
        self.service.start()
        self.taken, self.refused = {}, set()

    def offer(self, client, body=SMALL, to="b@elsewhere.example"):
        """Offers a mail of its own; returns the reply to it, or to the command that was refused before."""
        id = f"mail-{len(self.taken) + len(self.refused)}-{time.monotonic_ns()}"
        for command in ("MAIL FROM:<me@example.org>", f"RCPT TO:<{to}>", "DATA"):
            reply = client.say(command)
            if reply[0] not in "23":
                client.say("RSET")
                return reply
        reply = client.say(f"Subject: x\r\nX-Id: {id}\r\n\r\n".encode() + body + b".\r\n")
        if to.endswith("@elsewhere.example"):
            if reply.startswith("250"):
                self.taken[id] = body
            else:
                self.refused.add(id)
        return reply

    def offer_until_taken(self, client, body=SMALL):
        """Comes again as clients do; nobody tells the server that the disk is well."""
        def is_taken():
            reply = self.offer(client, body)
            if not reply.startswith("250"):
                self.assertRegex(reply, REFUSED)
            return reply.startswith("250")
        wait_for(is_taken, "a mail that is taken again", 10)

    def deliver(self):
        self.service.write("outbound.ini", "temp_fail_intervals=5s*99\n")

    def assert_each_taken_mail_comes_once(self):
        """What was acknowledged is delivered whole and once, and nothing else is."""
        self.receiver.wait(len(self.taken), 30)
        await_empty(self.service, 30)
        seen = collections.Counter()
        for mail in self.receiver.mails:
            id = email.message_from_bytes(mail.text.split(b"\r\n\r\n")[0])["X-Id"]
            seen[id] += 1
            self.assertNotIn(id, self.refused, "a refused mail was delivered")
            self.assertTrue(mail.text.endswith(b"\r\n\r\n" + self.taken[id]), f"{id} is not whole")
        self.assertEqual(seen, dict.fromkeys(self.taken, 1))

    def faults(self):
        disk = self.disk
        yield "EIO at write", lambda: disk.fail("write")
        yield "EIO at sync", lambda: disk.fail("fsync")
        yield "EIO at one sync", lambda: disk.fail("fsync", times=1)
        yield "EDQUOT at write", lambda: disk.fail("write", "EDQUOT")
        yield "ENOSPC at once", lambda: disk.space(0)
        yield "ENOSPC in the middle", lambda: disk.space(2000)
        yield "ENOSPC at sync", lambda: disk.fail("fsync", "ENOSPC")
        yield "EROFS", disk.readonly

    def test_a_fault_is_a_4xx_that_harms_no_session_and_passes_by_itself(self):
        client, neighbour = self.session(), self.session()
        for name, break_disk in self.faults():
            for size, body in (("small", SMALL), ("big", BIG)):
                with self.subTest(fault=name, size=size):
                    break_disk()
                    self.assertRegex(self.offer(client, body), REFUSED)
                    self.assertRegex(self.offer(neighbour, body, "user@example.com"), "^250 ", "a mailbox elsewhere")
                    self.assertRegex(client.say("NOOP"), "^250 ")
                    self.disk.clear()
                    self.offer_until_taken(client, body)
        self.assertGreaterEqual(len(self.refused), 16)
        self.deliver()
        self.assert_each_taken_mail_comes_once()

    def test_faults_that_only_the_file_of_a_big_mail_meets_refuse_that_mail_only(self):
        client = self.session()
        faults = {
            "create": lambda: self.disk.fail("create"),
            "the first write": lambda: self.disk.fail("write", times=1),
            "no space in the middle": lambda: self.disk.space(len(BIG) // 2),
            "the file's sync": lambda: self.disk.fail("fsync", times=1),
            "the folder's sync": lambda: self.disk.fail("fsync", times=1, after=1),
        }
        for name, break_disk in faults.items():
            with self.subTest(fault=name):
                break_disk()
                self.assertRegex(self.offer(client, BIG), REFUSED)
                self.disk.clear()
                # The database has seen nothing of it.
                self.assertRegex(self.offer(client), "^250 ")
                self.assertRegex(self.offer(client, BIG), "^250 ")
        spool = self.service.directory / "queue/spool"
        wait_for(lambda: len(list(spool.iterdir())) == len(faults), "the files of refused mails to go")
        self.deliver()
        self.assert_each_taken_mail_comes_once()

    def test_of_many_at_once_those_are_refused_that_share_the_sync_that_failed(self):
        sessions = [self.session() for _ in range(20)]
        self.disk.fail("fsync", times=1, after=2)
        with concurrent.futures.ThreadPoolExecutor(len(sessions)) as threads:
            for _ in range(3):
                list(threads.map(self.offer, sessions))
        self.assertEqual(self.disk.failed("fsync"), 1)
        self.assertGreater(len(self.refused), 0)
        self.disk.clear()
        for client in sessions:
            self.offer_until_taken(client)
        self.deliver()
        self.assert_each_taken_mail_comes_once()

    def test_sessions_share_the_syncs_of_a_slow_disk(self):
        sessions = [self.session() for _ in range(20)]
        self.disk.slow("fsync", 100)
        before, begin = self.disk.called("fsync"), time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(len(sessions)) as threads:
            for _ in range(10):
                for reply in threads.map(self.offer, sessions):
                    self.assertRegex(reply, "^250 ")
        syncs, took = self.disk.called("fsync") - before, time.monotonic() - begin
        print(f"\n{len(self.taken)} mails over {len(sessions)} sessions: {syncs} syncs of 100 ms in {took:.1f} s")
        self.assertLessEqual(syncs, len(self.taken) // 5)
        self.disk.clear()
        self.deliver()
        self.assert_each_taken_mail_comes_once()

    def test_what_was_delivered_while_the_disk_failed_is_not_delivered_again(self):
        for operation, error in (("fsync", "EIO"), ("write", "ENOSPC")):
            with self.subTest(operation=operation):
                def answer(line):
                    if line == ".":
                        self.disk.fail(operation, error)
                self.service.write("outbound.ini", "disabled=true\n")
                client = self.session()
                for body in (SMALL, BIG):
                    self.offer_until_taken(client, body)
                lines = len(self.service.lines)
                self.receiver.answer = answer
                self.deliver()
                self.service.wait_log(r"can't be written down yet", after=lines)
                self.receiver.answer = lambda line: None
                self.disk.clear()
                self.assert_each_taken_mail_comes_once()

    def begin(self, client):
        """Sends a big mail and doesn't wait for the reply."""
        for command in ("MAIL FROM:<me@example.org>", "RCPT TO:<b@elsewhere.example>", "DATA"):
            client.say(command)
        client.socket.sendall(b"Subject: x\r\n\r\n" + BIG + b".\r\n")

    def kill_with_the_disk(self):
        """The server dies before a call to the disk returns, which is then well again."""
        self.service.process.kill()
        self.disk.clear()
        self.service.kill()

    def texts(self):
        """The files that messages name, and those that are there."""
        named = {name for (name,) in rows(self.service, "SELECT spool FROM message WHERE spool IS NOT NULL")}
        return named, {path.name for path in (self.service.directory / "queue/spool").iterdir()}

    def test_a_server_that_was_killed_on_a_failing_disk_goes_on_when_it_is_well(self):
        client = self.session()
        self.offer_until_taken(client, BIG)
        self.disk.fail("fsync")
        self.assertRegex(self.offer(client), REFUSED)
        self.kill_with_the_disk()
        self.service.start()
        self.offer_until_taken(self.session(), BIG)
        # The log may have the refused one, which nobody could take back: it is whole then.
        kept = rows(self.service, "SELECT count(*) FROM message")[0][0]
        self.deliver()
        await_empty(self.service)
        texts = [mail.text for mail in self.receiver.mails]
        self.assertEqual(len(texts), kept)
        self.assertEqual(sum(text.endswith(b"\r\n\r\n" + BIG) for text in texts), len(self.taken))
        self.assertTrue(all(text.endswith(b"\r\n\r\n" + SMALL) for text in texts if len(text) < len(BIG)))

    def test_a_refused_mail_leaves_no_message_without_its_text_when_the_server_is_killed(self):
        # The two syncs of the big mail's file are done; that of the log is not.
        self.disk.fail("fsync", after=2)
        self.assertRegex(self.offer(self.session(), BIG), REFUSED)
        # A server that takes the file away does so at once; one that waits with it is right.
        with contextlib.suppress(AssertionError):
            wait_for(lambda: not list((self.disk.behind / "spool").iterdir()), "a file that goes", 1)
        self.kill_with_the_disk()
        self.service.start()
        named, there = self.texts()
        self.assertEqual(named - there, set())

    def test_an_acknowledged_mail_is_not_taken_away_with_the_rests_of_a_killed_server(self):
        sessions = [self.session() for _ in range(8)]
        self.disk.slow("fsync", 600_000)
        for client in sessions:
            self.begin(client)
        wait_for(lambda: self.disk.called("fsync") >= 4, "files that are written")
        self.kill_with_the_disk()
        rests = {path.name for path in (self.disk.behind / "spool").iterdir()}
        removed = self.disk.called("remove")
        self.disk.slow("remove", 500)
        self.service.start()
        sessions = [self.session() for _ in sessions]
        with concurrent.futures.ThreadPoolExecutor(len(sessions)) as threads:
            list(threads.map(lambda client: self.offer_until_taken(client, BIG), sessions))
        wait_for(lambda: self.disk.called("remove") >= removed + len(rests), "the rests to go")
        self.disk.clear()
        # One more behind what is being removed: nothing is under way then.
        self.offer_until_taken(sessions[0], BIG)
        named, there = self.texts()
        self.assertEqual(len(named), len(self.taken))
        self.assertEqual(named - there, set(), f"acknowledged, and gone with {sorted(rests)}")


if __name__ == "__main__":
    unittest.main()
