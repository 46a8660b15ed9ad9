"""What clients are told, and what readers of mail see, while the disk of a mailbox is broken, full or read-only."""
import concurrent.futures
import os
import unittest

from cases import ClientCase
from service import Service, wait_for
from test_failfs import failing_disk

TEXT = b"Subject: whole\r\n\r\n" + b"0123456789abcdef\r\n" * 10_000
REFUSED = r"^45[12] 4\.\d\.\d "


class MaildirOnFailingDiskTests(ClientCase):
    """Of two mailboxes one, user, is a disk that fails; other lies on a sound one."""

    def setUp(self):
        self.service = Service(plugins=["rcpt_to.in_host_list", "queue/maildir"], mailboxes=("user", "other"))
        self.addCleanup(self.service.close)
        self.box = self.service.directory / "mail/user"
        owner = self.box.stat()
        self.disk = failing_disk(at=self.box)
        self.addCleanup(self.disk.close)
        os.chown(self.box, owner.st_uid, owner.st_gid)
        self.service.mailbox("user")

    def begin(self, client, *users):
        """Gives the envelope and half of a mail; returns the reply that ended it early, or None."""
        client.say("MAIL FROM:<me@example.org>")
        for user in users or ("user",):
            reply = client.say(f"RCPT TO:<{user}@example.com>")
            if not reply.startswith("250"):
                client.say("RSET")
                return reply
        client.say("DATA")
        client.socket.sendall(TEXT[:len(TEXT) // 2])
        return None

    def end(self, client):
        client.socket.sendall(TEXT[len(TEXT) // 2:])
        return client.say(b".\r\n")

    def deliver(self, client, *users):
        """Sends a whole mail; returns the reply to its end, or to the recipient that was refused."""
        return self.begin(client, *users) or self.end(client)

    def assert_whole(self, count, user="user"):
        """There are so many mails in new/, all of them whole, and nothing in tmp/."""
        box = self.disk.behind if user == "user" else self.service.directory / "mail" / user
        mails = list((box / "new").iterdir())
        self.assertEqual(len(mails), count)
        for mail in mails:
            self.assertTrue(mail.read_bytes().endswith(b"\r\n" + TEXT), f"{mail} is not whole")
        self.assertEqual(os.listdir(box / "tmp"), [])

    def faults(self):
        disk = self.disk
        yield "EIO at write", lambda: disk.fail("write")
        yield "EIO at the last write", lambda: disk.fail("write", after=1)
        yield "EIO at sync", lambda: disk.fail("fsync")
        yield "EIO at one sync", lambda: disk.fail("fsync", times=1)
        # Then the mail has its name in new/ already.
        yield "EIO at the sync of the folder", lambda: disk.fail("fsync", times=1, after=1)
        yield "EIO at create", lambda: disk.fail("create")
        yield "EIO at rename", lambda: disk.fail("rename")
        yield "EIO at all", lambda: disk.fail("any")
        yield "ENOSPC at once", lambda: disk.space(0)
        yield "ENOSPC in the middle", lambda: disk.space(len(TEXT) // 2)
        yield "ENOSPC at the last byte", lambda: disk.space(len(TEXT) - 1)
        yield "ENOSPC at create", lambda: disk.fail("create", "ENOSPC")
        yield "ENOSPC at sync", lambda: disk.fail("fsync", "ENOSPC")
        yield "EDQUOT at write", lambda: disk.fail("write", "EDQUOT")
        yield "EROFS", disk.readonly

    def test_a_fault_is_a_4xx_and_leaves_no_part_of_a_mail_and_passes_by_itself(self):
        self.service.start()
        for count, (name, break_disk) in enumerate(self.faults()):
            with self.subTest(fault=name):
                client, neighbour = self.session(), self.session()
                self.assertIsNone(self.begin(neighbour, "other"))
                for users in (["user"], ["other", "user"]):
                    lines = len(self.service.lines)
                    break_disk()
                    self.assertRegex(self.deliver(client, *users), REFUSED)
                    self.service.wait_log(r"\[ERROR\].*(not delivered|mailbox of)", after=lines)
                    self.assert_whole(count)
                    # For two mailboxes it is all or nothing.
                    self.assert_whole(count, "other")
                self.assertRegex(self.end(neighbour), "^250 ")
                self.disk.clear()
                # The same session, and nobody has told the server.
                self.assertRegex(self.deliver(client), "^250 ")
                self.assert_whole(count + 1)
                self.assert_whole(count + 1, "other")

    def test_a_fault_in_the_middle_of_a_mail_refuses_it_and_not_the_one_begun_before_and_ended_after(self):
        self.service.start()
        refused, patient = self.session(), self.session()
        self.assertIsNone(self.begin(refused))
        self.assertIsNone(self.begin(patient))
        self.disk.fail("any")
        self.assertRegex(self.end(refused), REFUSED)
        self.disk.clear()
        self.assertRegex(self.end(patient), "^250 ")
        self.assert_whole(1)

    def test_of_many_at_once_only_those_are_refused_whose_sync_failed(self):
        self.service.start()
        sessions = [self.session() for _ in range(20)]
        self.disk.fail("fsync", times=5, after=7)
        with concurrent.futures.ThreadPoolExecutor(len(sessions)) as threads:
            replies = [reply[:3] for reply in threads.map(self.deliver, sessions)]
        self.assertEqual((replies.count("451"), replies.count("250")), (5, 15))
        self.assert_whole(15)

    def test_what_cannot_even_be_removed_is_never_a_part_of_a_mail_in_new(self):
        self.service.start()
        client = self.session()
        self.disk.fail("remove")
        for operation in ("write", "fsync", "rename"):
            self.disk.fail(operation, times=1)
            self.assertRegex(self.deliver(client), REFUSED)
        self.assertEqual(os.listdir(self.disk.behind / "new"), [])
        # It is in new/ when the folder's sync fails, and stays there: whole, and once more when the client tries again.
        self.disk.fail("fsync", times=1, after=1)
        self.assertRegex(self.deliver(client), REFUSED)
        left = list((self.disk.behind / "new").iterdir())
        self.assertEqual([mail.read_bytes().endswith(TEXT) for mail in left], [True])

    def test_a_disk_that_hangs_holds_up_only_its_own_mail_which_is_not_delivered_when_it_is_too_late(self):
        self.service.write("plugin_timeout", "3\n")
        self.service.start()
        stuck, neighbour = self.session(), self.session()
        self.disk.slow("fsync", 600_000)
        self.assertIsNone(self.begin(stuck))
        with concurrent.futures.ThreadPoolExecutor(1) as thread:
            reply = thread.submit(self.end, stuck)
            wait_for(lambda: self.disk.called("fsync"), "a sync that hangs")
            self.assertRegex(self.deliver(neighbour, "other"), "^250 ")
            self.assertFalse(reply.done(), "the other mail did not wait for this one")
            self.assertRegex(reply.result(60), "^4")
        self.disk.clear()
        self.service.wait_log("not delivered: the disk took so long")
        wait_for(lambda: not os.listdir(self.disk.behind / "tmp"), "taking it back")
        self.assert_whole(0)
        self.assertRegex(self.deliver(self.session()), "^250 ")
        self.assert_whole(1)


if __name__ == "__main__":
    unittest.main()
