"""Queue plugins that hand mail to a program or a folder: queue/qmail-queue, queue/quarantine, queue/deliver."""
import os
import pathlib
import pwd
import smtplib
import stat
import subprocess
import tempfile
import shutil
import unittest

from service import HARAKA, Service, haraka


class Program(unittest.TestCase):
    """A qmail-queue of a few lines, and a server in front of it."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="haraka-qmail-"))
        self.addCleanup(shutil.rmtree, self.folder)
        # The server gives root up, and so does what it starts.
        self.folder.chmod(0o777)

    def service(self, script, ini="", plugins=("relay", "rcpt_to.in_host_list", "queue/qmail-queue"), **files):
        program = self.folder / "qmail-queue"
        program.write_text("#!/bin/sh\n" + script.replace("@", str(self.folder)) + "\n")
        program.chmod(0o755)
        service = Service(plugins=list(plugins), **files)
        service.write("qmail-queue.path", f"{program}\n")
        service.write("qmail-queue.ini", ini)
        self.addCleanup(service.close)
        return service.start()

    def refusal(self, service, **options):
        with self.assertRaises(smtplib.SMTPResponseException) as caught:
            service.send(**options)
        return caught.exception.smtp_code, caught.exception.smtp_error.decode()


class QmailQueueTests(Program):
    take = "cat > @/text; cat <&1 > @/envelope; exit 0"

    def test_the_program_gets_message_and_envelope(self):
        service = self.service(self.take)
        with service.smtp() as client:
            client.sendmail(
                "me@example.org", ["user@example.com", '"odd name"@example.com'],
                b"Subject: x\r\n\r\nhello\r\n.dot\r\n")
        self.assertEqual(
            (self.folder / "envelope").read_bytes(),
            b"Fme@example.org\0Tuser@example.com\0Todd name@example.com\0\0")
        text = (self.folder / "text").read_bytes()
        self.assertTrue(text.startswith(b"Received: "), text)
        self.assertTrue(text.endswith(b"\nSubject: x\n\nhello\n.dot\n"), text)
        self.assertNotIn(b"\r", text)

    def test_a_large_message_gets_through_a_slow_reader(self):
        service = self.service("sleep 1; " + self.take)
        body = b"Subject: x\r\n\r\n" + b"0123456789" * 7 + b"\r\n" + (b"x" * 70 + b"\r\n") * 60000
        service.send(text=body)
        self.assertTrue((self.folder / "text").read_bytes().endswith(body.replace(b"\r\n", b"\n")))

    def test_exit_codes_are_told_to_the_client(self):
        drain = "cat > /dev/null; cat <&1 > /dev/null; exit "
        for code, expected in ((31, (554, "5.3.0")), (11, (554, "5.1.3")), (53, (451, "4.3.0")), (71, (451, "4.3.0"))):
            answer = self.refusal(self.service(drain + str(code)))
            self.assertEqual((answer[0], answer[1].split()[0]), expected)

    def test_a_program_that_dies_or_hangs_is_for_later(self):
        for script in ("kill -9 $$", "exit 0", "sleep 600"):
            service = self.service(script, ini="timeout=1\n")
            body = b"Subject: x\r\n\r\n" + (b"x" * 70 + b"\r\n") * 20000
            self.assertEqual(self.refusal(service, text=body)[0], 451)
            self.assertTrue(service.alive())
        service.wait_log("it took too long and was ended")

    def test_relayed_mail_is_taken_unless_switched_off(self):
        relay = {"relay_acl_allow": "127.0.0.0/8\n", "relay__ini": "[relay]\nacl=true\n"}
        service = self.service(self.take, **relay)
        service.send(to="b@elsewhere.example")
        self.assertIn(b"Tb@elsewhere.example\0", (self.folder / "envelope").read_bytes())
        (self.folder / "envelope").unlink()
        service = self.service(self.take, ini="enable_outbound=false\n", **relay)
        try:
            service.send(to="b@elsewhere.example")
        except smtplib.SMTPResponseException:
            pass
        self.assertFalse((self.folder / "envelope").exists())

    def test_its_page_is_shown(self):
        self.assertIn("exit code", haraka("-h", "plugins/queue/qmail-queue").stdout)


class QuarantineTests(unittest.TestCase):
    """What is marked is put aside. No bundled plugin marks mail, so one is made for it."""

    def test_unmarked_mail_goes_on(self):
        service = Service(
            plugins=["rcpt_to.in_host_list", "queue/quarantine", "queue/maildir"],
            quarantine__ini="quarantine_path=mail/aside\n")
        self.addCleanup(service.close)
        service.start().send()
        self.assertEqual(len(service.mails()), 1)
        self.assertEqual(list((service.directory / "mail/aside").glob("*")), [])

    def test_its_page_is_shown(self):
        self.assertIn("@quarantine_action", haraka("-h", "plugins/queue/quarantine").stdout)


if __name__ == "__main__":
    unittest.main()
