"""Queue plugins that hand mail to a program or a folder: queue/qmail-queue, queue/quarantine, queue/deliver."""
import pathlib
import shutil
import smtplib
import stat
import subprocess
import tempfile
import unittest

from service import ROOT, Service, haraka


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


MARKER = r"""
#include "haraka_plugin_c.h"

static hk_status mark(hk_txn txn, const char *key, const char *text) {
    hk_value value = {.type = HK_T_STR, .as.s = hk_text(text)};
    return hk_notes->set(hk_ctx, txn, hk_text(key), &value);
}

#define DATA_POST(X) X(U, txn) X(s, mail_user)
HK_HOOK(on_data_post, DATA_POST) {
    if (mail_user.len == 0 || mail_user.ptr[0] != 'v') return HK_V_CONT;
    if (mark(txn, "@quarantine", "virus") != HK_OK) return HK_V_DENY;
    if (mail_user.len > 1) mark(txn, "@quarantine_action", "DENY This message holds a virus");
    return HK_V_CONT;
}

HK_PLUGIN("org.example.marker", "1.0", HK_PF_RELOADABLE, HK_ON("data_post", on_data_post, HK_HF_INLINE))
"""


class QuarantineTests(unittest.TestCase):
    """What is marked is put aside. No bundled plugin marks mail, so one is made for it."""

    def marking(self):
        service = Service(
            plugins=["marker", "rcpt_to.in_host_list", "queue/quarantine", "queue/maildir"],
            quarantine__ini="quarantine_path=mail/aside\n")
        self.addCleanup(service.close)
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder) / "marker.c"
            source.write_text(MARKER)
            made = source.with_suffix(".so")
            subprocess.run(
                ["cc", "-std=gnu11", "-Wall", "-Werror", "-fPIC", "-fvisibility=hidden", f"-I{ROOT}/sdk/include", "-shared",
                 source, "-o", made, "-Wl,-z,now,-z,nodelete,-z,defs"], check=True, timeout=60)
            target = service.directory / "plugins/marker.so"
            shutil.copyfile(made, target)
            target.chmod(0o755)
        return service.start()

    def test_marked_mail_is_put_aside_and_answered_as_the_mark_says(self):
        service = self.marking()
        service.send(sender="v@example.org", text=b"Subject: x\r\n\r\nfirst\r\n")
        with self.assertRaises(smtplib.SMTPDataError) as caught:
            service.send(sender="vv@example.org", text=b"Subject: x\r\n\r\nsecond\r\n")
        self.assertEqual(caught.exception.smtp_code, 550)
        self.assertIn(b"This message holds a virus", caught.exception.smtp_error)
        service.send()
        # The first was also delivered, the second not, the third not put aside.
        self.assertEqual(len(service.mails()), 2)
        aside = sorted((service.directory / "mail/aside/virus").glob("*/*"))
        self.assertEqual(len(aside), 2)
        texts = b"".join(path.read_bytes() for path in aside)
        self.assertIn(b"\n\nfirst\n", texts)
        self.assertIn(b"\n\nsecond\n", texts)
        for path in aside:
            self.assertRegex(path.name, r"^[0-9A-F-]{36}\.\d+$")
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
            service.wait_log(f"quarantined as .*{path.name}")
        self.assertEqual(list((service.directory / "mail/aside/tmp").iterdir()), [])

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
