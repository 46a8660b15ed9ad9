"""A newcomer's first mail, by three clients, and what a restart keeps."""
import shutil
import socket
import subprocess
import unittest

from service import Service, haraka, wait_for


class FirstMail(unittest.TestCase):
    text = b"Subject: first\r\nX-Fold: a\r\n  b\r\n\r\n..dots\r\n.\xc3\xa4 8-bit\r\n\r\nend\r\n"

    def test_smtplib_curl_and_swaks_deliver_and_a_restart_works(self):
        service = Service()
        try:
            service.start()
            with service.smtp() as client:
                client.sendmail("me@example.org", ["user@example.com"], self.text)
            subprocess.run(
                ["curl", "-sS", "--crlf", f"smtp://127.0.0.1:{service.port()}", "--mail-from", "me@example.org",
                 "--mail-rcpt", "user@example.com", "-T", "-"],
                input=b"Subject: curl\n\nbody\n", check=True, timeout=60)
            subprocess.run(
                ["swaks", "--server", f"127.0.0.1:{service.port()}", "--from", "me@example.org", "--to",
                 "user@example.com", "--helo", "client.example"],
                check=True, timeout=60, stdout=subprocess.DEVNULL)
            self.assertEqual(len(service.mails()), 3)
            first = next(m for m in (p.read_bytes() for p in service.mails()) if b"X-Fold" in m)
            self.assertTrue(first.endswith(b"\r\n" + self.text), first)
            head = first[: -len(self.text)]
            self.assertIn(b"Received: from client.example ", head)
            self.assertIn(b"Return-Path: <me@example.org>", head)
            self.assertEqual(service.stop(), 0)
            service.start()
            service.send()
            self.assertEqual(len(service.mails()), 4)
        finally:
            service.close()

    def test_the_250_after_data_carries_the_id_of_the_log(self):
        with Service() as service, service.raw() as client:
            self.assertTrue(client.envelope().startswith("250"))
            client.say("DATA")
            reply = client.say(b"Subject: x\r\n\r\nx\r\n.\r\n")
            self.assertRegex(reply, r"^250 2\.0\.0 .*\(([0-9A-F-]{36}\.1)\)$")
            identifier = reply.rsplit("(", 1)[1].rstrip(")")
            client.say("QUIT")
            service.wait_log(identifier)
            life = wait_for(
                lambda: haraka("log", identifier, "-c", service.directory, check=False).stdout, "the log's lines")
            self.assertIn(identifier, life)

    def test_lines_that_end_in_lf_are_refused_with_what_to_do(self):
        with Service() as service, service.raw() as client:
            client.envelope()
            client.say("DATA")
            reply = client.say(b"Subject: x\n\nx\n.\n")
            self.assertRegex(reply, "^521[ -]5.5.2")
            self.assertIn("CRLF", reply)
            self.assertIsNone(client.reply())
            self.assertEqual(service.mails(), [])


class Ports(unittest.TestCase):
    def test_a_port_in_use_is_one_clear_line(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            service = Service()
            try:
                service.write("smtp.ini", f"listen=127.0.0.1:{port}\n")
                done = haraka("-c", service.directory, check=False)
                self.assertNotEqual(done.returncode, 0)
                lines = [line for line in (done.stdout + done.stderr).splitlines() if "in use" in line]
                self.assertEqual(len(lines), 1, done)
                self.assertIn(str(port), lines[0])
            finally:
                service.close()


class Signals(unittest.TestCase):
    def test_sigterm_lets_a_transaction_finish_and_then_answers_421(self):
        with Service() as service, service.raw() as busy, service.raw() as idle:
            busy.envelope()
            busy.say("DATA")
            idle.reply()
            idle.say("EHLO client.example")
            service.process.terminate()
            self.assertRegex(idle.reply(), "^421 4.3.2")
            self.assertRegex(busy.say(b"Subject: x\r\n\r\nlast\r\n.\r\n"), "^250 2.0.0")
            self.assertRegex(busy.reply(), "^421 4.3.2")
            self.assertEqual(service.process.wait(30), 0)
            self.assertEqual(len(service.mails()), 1)

    def test_a_client_that_never_finishes_is_cut_off_in_time(self):
        service = Service(smtp__ini="listen=127.0.0.1:0\nforce_shutdown_timeout=1\n")
        with service, service.raw() as busy:
            busy.envelope()
            busy.say("DATA")
            service.process.terminate()
            self.assertEqual(service.process.wait(20), 0)


if __name__ == "__main__":
    unittest.main()
