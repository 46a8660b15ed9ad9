"""What a client may relay is queued before its 250, and delivered where it belongs."""
import email
import os
import shutil
import subprocess
import unittest

from authority import Authority
from cases import RelayCase
from service import free_port, wait_for

SINK = shutil.which("smtp-sink", path=os.environ.get("PATH", "") + ":/usr/sbin")


class RelayTests(RelayCase):
    def test_a_message_goes_to_the_next_host_of_its_route(self):
        receiver = self.receiver()
        service = self.service(f"[any]\nhost=127.0.0.1\nport={receiver.port}\n")
        service.send(to="b@elsewhere.example", text=b"Subject: x\r\n\r\nhello\r\n.dot\r\n")
        mail, = receiver.wait(1)
        self.assertEqual((mail.sender, mail.recipients), ("<me@example.org>", ["<b@elsewhere.example>"]))
        self.assertTrue(mail.text.startswith(b"Received: "))
        self.assertTrue(mail.text.endswith(b"Subject: x\r\n\r\nhello\r\n.dot\r\n"))
        self.assertEqual(mail.hello, "mail.example.com")
        service.wait_log(r"delivered to=b@elsewhere\.example .*host=127\.0\.0\.1")

    def test_the_log_says_what_tls_a_message_went_under(self):
        authority = Authority()
        self.addCleanup(authority.close)
        receivers = [self.receiver(leaf=authority.issue("mx.example")), self.receiver()]
        service = self.service(
            "".join(f"[{name}.example]\nhost=127.0.0.1\nport={receiver.port}\n"
                    for name, receiver in zip(("secret", "open"), receivers)))
        service.send(to="b@secret.example")
        service.wait_log(r'delivered to=b@secret\.example .* tls="TLSv1\.3 TLS_\w+" verified=no attempts=1 ')
        service.send(to="b@open.example")
        service.wait_log(r'delivered to=b@open\.example .* tls="" verified="" attempts=1 ')

    def test_a_big_message_arrives_byte_for_byte(self):
        receiver = self.receiver()
        service = self.service(f"[any]\nhost=127.0.0.1\nport={receiver.port}\n")
        text = b"Subject: big\r\n\r\n" + b"".join(b"%07d %s\r\n" % (at, b"x" * 60) for at in range(60_000))
        service.send(to="b@elsewhere.example", text=text)
        mail, = receiver.wait(1)
        self.assertTrue(mail.text.endswith(text))
        spool = service.directory / "queue/spool"
        wait_for(lambda: not list(spool.iterdir()), "the file of a delivered message to go")

    def test_a_host_that_says_later_gets_it_later(self):
        seen = []

        def answer(line):
            if line.startswith("RCPT TO:<b@"):
                seen.append(line)
                return "451 4.7.1 greylisted" if len(seen) == 1 else None

        receiver = self.receiver(answer)
        service = self.service(f"[any]\nhost=127.0.0.1\nport={receiver.port}\n", "temp_fail_intervals=5s*3\n")
        with service.smtp() as client:
            client.sendmail("me@example.org", ["b@x.example", "c@x.example"], b"Subject: x\r\n\r\nhello\r\n")
        first, second = receiver.wait(2)
        self.assertEqual((first.recipients, second.recipients), (["<c@x.example>"], ["<b@x.example>"]))
        service.wait_log(r"deferred to=b@x\.example .*reason=\"?451 4\.7\.1 greylisted")

    def test_a_refusal_comes_back_as_a_report(self):
        def answer(line):
            return "550 5.1.1 no such user here" if line.startswith("RCPT TO:<b@") else None

        receiver = self.receiver(answer)
        service = self.service(f"[any]\nhost=127.0.0.1\nport={receiver.port}\n")
        with service.smtp() as client:
            client.sendmail("me@example.org", ["b@x.example", "c@x.example"], b"Subject: lunch\r\n\r\nhello\r\n")
        mails = {mail.sender: mail for mail in receiver.wait(2)}
        self.assertEqual(mails["<me@example.org>"].recipients, ["<c@x.example>"])
        report = mails["<>"]
        self.assertEqual(report.recipients, ["<me@example.org>"])
        parsed = email.message_from_bytes(report.text)
        self.assertEqual(parsed.get_content_type(), "multipart/report")
        status = parsed.get_payload()[1].get_payload()[1]
        self.assertEqual((status["Action"], status["Status"]), ("failed", "5.1.1"))
        self.assertIn("550 5.1.1 no such user here", status["Diagnostic-Code"])
        self.assertIn(b"Subject: lunch", report.text)

    def test_a_report_that_cannot_be_delivered_goes_nowhere(self):
        receiver = self.receiver(lambda line: "550 5.1.1 no" if line.startswith("RCPT") else None)
        service = self.service(f"[any]\nhost=127.0.0.1\nport={receiver.port}\n")
        service.send(to="b@x.example")
        service.wait_log(r"bounced to=me@example\.org from=\"\"")
        self.assertEqual(len(service.log_lines(r"\] report ")), 1)

    def test_what_was_tried_often_enough_comes_back(self):
        receiver = self.receiver(lambda line: "450 4.2.0 later" if line.startswith("RCPT TO:<b@") else None)
        service = self.service(f"[any]\nhost=127.0.0.1\nport={receiver.port}\n", "maxTempFailures=1\n")
        service.send(to="b@x.example")
        report, = receiver.wait(1)
        self.assertEqual((report.sender, report.recipients), ("<>", ["<me@example.org>"]))

    def test_a_restart_forgets_nothing(self):
        port = free_port()
        service = self.service(f"[any]\nhost=127.0.0.1\nport={port}\n", "temp_fail_intervals=5s*9\n")
        service.send(to="b@x.example")
        service.wait_log(r"deferred to=b@x\.example")
        service.kill()
        receiver = self.receiver()
        service.write("outbound.routes.ini", f"[any]\nhost=127.0.0.1\nport={receiver.port}\n")
        service.start()
        mail, = receiver.wait(1)
        self.assertEqual(mail.recipients, ["<b@x.example>"])

    def test_many_messages_share_few_connections(self):
        receiver = self.receiver()
        service = self.service(
            f"[any]\nhost=127.0.0.1\nport={receiver.port}\n", "disabled=true\nconcurrency_per_destination=3\n")
        with service.smtp() as client:
            for _ in range(100):
                client.sendmail("me@example.org", ["b@x.example"], b"Subject: x\r\n\r\nhello\r\n")
        self.assertEqual(receiver.connections, 0)
        service.write("outbound.ini", "concurrency_per_destination=3\n")
        self.assertEqual(len(receiver.wait(100)), 100)
        self.assertLessEqual(receiver.connections, 20)

    def test_a_full_queue_folder_says_later(self):
        service = self.service("[any]\nhost=127.0.0.1\nport=1\n", "disabled=true\n")
        spool = service.directory / "queue/spool"
        shutil.rmtree(spool)
        with service.raw() as client:
            client.envelope(to="b@x.example")
            client.say("DATA")
            text = b"".join(b"%070d\r\n" % at for at in range(10_000))
            self.assertRegex(client.say(b"Subject: x\r\n\r\n" + text + b".\r\n"), "^452 4.3.1")
            self.assertRegex(client.say("NOOP"), "^250")

    @unittest.skipUnless(SINK, "smtp-sink (package postfix) is not installed")
    def test_smtp_sink_takes_it(self):
        port = free_port()
        sink = subprocess.Popen([SINK, "-u", "nobody", f"127.0.0.1:{port}", "100"], stderr=subprocess.DEVNULL)
        self.addCleanup(sink.wait)
        self.addCleanup(sink.kill)
        service = self.service(f"[any]\nhost=127.0.0.1\nport={port}\n", "temp_fail_intervals=5s*9\n")
        service.send(to="b@x.example")
        service.wait_log(r"delivered to=b@x\.example")


if __name__ == "__main__":
    unittest.main()
