"""queue/smtp_proxy: another server hears each command of a client, and the client what it says."""
import os
import shutil
import smtplib
import socket
import subprocess
import threading
import unittest

from receiver import Receiver
from service import DEADLINE, Service, free_port, haraka, wait_for
from test_auth_proxy import make

SINK = shutil.which("smtp-sink", path=os.environ.get("PATH", "") + ":/usr/sbin")


class Recorder(Receiver):
    """Writes down what it is told."""

    def __init__(self, replies=None, **options):
        self.told = []
        self.replies = replies or {}

        def answer(line):
            self.told.append(line)
            for start, reply in self.replies.items():
                if line.startswith(start) and (start or not line):
                    return reply(line) if callable(reply) else reply
            return None

        super().__init__(answer, **options)


class ProxyTests(unittest.TestCase):
    def receiver(self, *arguments, **options):
        receiver = Recorder(*arguments, **options)
        self.addCleanup(receiver.close)
        return receiver

    def proxy(self, port, ini="", plugins=("rcpt_to.in_host_list", "queue/smtp_proxy"), environment=None, **files):
        service = Service(plugins=list(plugins), **files)
        service.write("smtp_proxy.ini", f"host=127.0.0.1\nport={port}\ntimeout=10\n{ini}")
        self.addCleanup(service.close)
        return service.start(**({"env": environment} if environment else {}))

    def test_a_mail_is_the_same_one_there(self):
        receiver = self.receiver(extensions=("8BITMIME", "SIZE 100000"))
        service = self.proxy(receiver.port)
        text = b"Subject: x\r\n\r\n.dot\r\n..\r\n\xc3\xa4\r\n\r\nend\r\n"
        with service.smtp() as client:
            client.sendmail("me@example.org", ["user@example.com", "other@example.com"], text)
        mail, = receiver.wait(1)
        self.assertEqual(mail.recipients, ["<user@example.com>", "<other@example.com>"])
        self.assertTrue(mail.text.startswith(b"Received: from client.example"))
        self.assertTrue(mail.text.endswith(b"\r\n" + text), mail.text)
        self.assertEqual(mail.hello, "mail.example.com")
        self.assertRegex(receiver.told[2], rf"^MAIL FROM:<me@example\.org> SIZE={len(text)} BODY=8BITMIME$")
        wait_for(lambda: receiver.told[-1] == "QUIT", "the end of the session")

    def test_each_answer_is_the_clients(self):
        replies = {
            "MAIL FROM:<busy": "452 4.3.1 No room", "MAIL FROM:<bad": "550 5.7.1 You again",
            "RCPT TO:<nobody": "550-5.1.1 No such user\r\n550 5.1.1 here", "RCPT TO:<full": "452 4.2.2 Full"}
        receiver = self.receiver(replies)
        with self.proxy(receiver.port).raw() as client:
            client.reply()
            client.say("EHLO client.example")
            self.assertEqual(client.say("MAIL FROM:<busy@example.org>"), "452 4.3.1 No room")
            self.assertEqual(client.say("MAIL FROM:<bad@example.org>"), "550 5.7.1 You again")
            self.assertTrue(client.say("MAIL FROM:<me@example.org>").startswith("250"))
            self.assertEqual(client.say("RCPT TO:<nobody@example.com>"), "550-5.1.1 No such user\n550 5.1.1 here")
            self.assertEqual(client.say("RCPT TO:<full@example.com>"), "452 4.2.2 Full")
            self.assertTrue(client.say("RCPT TO:<user@example.com>").startswith("250"))
            # What the other plugins refuse isn't asked there.
            self.assertTrue(client.say("RCPT TO:<user@elsewhere.example>").startswith("550"))
            client.say("DATA")
            receiver.replies["."] = "554 5.6.0 I don't like it"
            self.assertEqual(client.say(b"Subject: x\r\n\r\nx\r\n.\r\n"), "554 5.6.0 I don't like it")
            self.assertEqual(receiver.mails, [])
            del receiver.replies["."]
            client.say("MAIL FROM:<me@example.org>")
            client.say("RCPT TO:<user@example.com>")
            client.say("DATA")
            self.assertRegex(client.say(b"Subject: x\r\n\r\nx\r\n.\r\n"), "^250 .*taken")
        self.assertEqual(receiver.wait(1)[0].recipients, ["<user@example.com>"])
        self.assertEqual(receiver.connections, 1)
        self.assertFalse(any("elsewhere" in line for line in receiver.told))

    def refused(self, service, code, **options):
        with self.assertRaises(smtplib.SMTPResponseException) as caught:
            service.send(**options)
        self.assertEqual(caught.exception.smtp_code, code, caught.exception)
        return caught.exception.smtp_error.decode()

    def test_a_server_that_dies_anywhere_is_451_and_nothing_is_lost(self):
        dying = {"step": None}

        def answer(line):
            if dying["step"] is not None and line.startswith(dying["step"]) and bool(line) == bool(dying["step"]):
                dying["step"] = None
                return False
            return None

        receiver = Receiver(answer)
        self.addCleanup(receiver.close)
        service = self.proxy(receiver.port)
        for step in ("", "EHLO", "MAIL", "DATA", "."):
            dying["step"] = step
            self.assertIn("4.4.0", self.refused(service, 451), step)
        dying["step"] = "RCPT"
        with self.assertRaises(smtplib.SMTPRecipientsRefused) as caught:
            service.send()
        self.assertEqual(caught.exception.recipients["user@example.com"][0], 451)
        self.assertEqual(receiver.mails, [])
        service.send()
        self.assertEqual(len(receiver.wait(1)), 1)

    def test_a_server_that_closes_behind_rcpt_is_told_before_the_message_is_sent(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        closed = threading.Event()

        def serve():
            peer, _ = listener.accept()
            with peer, peer.makefile("rb") as file:
                peer.sendall(b"220 x\r\n")
                for line in file:
                    peer.sendall(b"250 ok\r\n")
                    if line.startswith(b"RCPT"):
                        break
            closed.set()

        threading.Thread(target=serve, daemon=True).start()
        service = self.proxy(listener.getsockname()[1])
        with service.raw() as client:
            self.assertTrue(client.envelope().startswith("250"))
            self.assertTrue(closed.wait(DEADLINE))
            # The close may still be on its way to the plugin: then the message is refused instead of DATA.
            reply = client.say("DATA")
            if reply.startswith("354"):
                reply = client.say(b"Subject: x\r\n\r\nx\r\n.\r\n")
            self.assertEqual(reply, "451 4.4.0 The next server cannot take mail now, try later")

    def test_a_server_that_is_down_is_451_and_another_of_the_pool_is_asked(self):
        nobody = free_port()
        service = self.proxy(nobody)
        self.refused(service, 451)
        service.wait_log(f"127.0.0.1:{nobody} can't be used")
        receiver = self.receiver()
        service = self.proxy(1, f"forwarding_host_pool=127.0.0.1:{nobody}, 127.0.0.1:{receiver.port}\n")
        for _ in range(4):
            service.send()
        self.assertEqual(len(receiver.wait(4)), 4)
        # It is left alone after its first failure.
        self.assertEqual(len(service.log_lines("can't be used")), 1)

    def test_a_large_message_waits_for_a_slow_server(self):
        held = threading.Event()
        receiver = self.receiver({"DATA": lambda line: (held.wait(3), None)[1]})
        service = self.proxy(receiver.port, smtp__ini="listen=127.0.0.1:0\n", databytes="100000000\n")
        body = b"Subject: x\r\n\r\n" + b"".join(b".%07d" % index + b"y" * 60 + b"\r\n" for index in range(200_000))
        service.send(text=body)
        self.assertTrue(receiver.wait(1)[0].text.endswith(body))

    def test_a_message_that_is_refused_here_is_forgotten_there(self):
        receiver = self.receiver()
        with self.proxy(receiver.port).raw() as client:
            client.envelope()
            client.say("RSET")
            client.say("MAIL FROM:<second@example.org>")
            client.say("RCPT TO:<user@example.com>")
            client.say("DATA")
            client.say(b"Subject: x\r\n\r\nx\r\n.\r\n")
        mail, = receiver.wait(1)
        self.assertEqual(mail.sender, "<second@example.org> BODY=8BITMIME")
        self.assertEqual(receiver.connections, 1)
        self.assertIn("RSET", receiver.told)

    def test_relayed_mail_takes_this_way_only_where_it_is_told_to(self):
        relay = {"relay_acl_allow": "127.0.0.0/8\n", "relay__ini": "[relay]\nacl=true\n"}
        plugins = ("relay", "rcpt_to.in_host_list", "queue/smtp_proxy")
        receiver = self.receiver()
        service = self.proxy(receiver.port, "enable_outbound=true\n", plugins, **relay)
        service.send(to="b@elsewhere.example")
        self.assertEqual(receiver.wait(1)[0].recipients, ["<b@elsewhere.example>"])
        other = self.receiver()
        service = self.proxy(other.port, "", plugins, **relay)
        service.send(to="b@elsewhere.example")
        self.assertEqual(other.connections, 0)

    def test_login_and_xclient_come_before_the_mail(self):
        receiver = self.receiver(
            {"AUTH": "235 2.7.0 yes", "XCLIENT": "220 again"},
            extensions=("AUTH PLAIN LOGIN", "XCLIENT NAME ADDR PORT PROTO HELO LOGIN"))
        service = self.proxy(receiver.port, "auth_user=ada\nauth_pass=pencil\nsend_xclient=true\n")
        service.send()
        receiver.wait(1)
        told = [line.split()[0] for line in receiver.told[1:]]
        self.assertEqual(told[:6], ["EHLO", "XCLIENT", "EHLO", "AUTH", "MAIL", "RCPT"])
        self.assertRegex(receiver.told[2], r"ADDR=127\.0\.0\.1 PORT=\d+ PROTO=ESMTP HELO=client\.example$")
        self.assertEqual(receiver.told[4], "AUTH PLAIN AGFkYQBwZW5jaWw=")
        self.assertNotIn("pencil", service.log())

    def test_without_the_login_no_mail_is_sent(self):
        for extensions, replies in ((("8BITMIME",), {}), (("AUTH PLAIN",), {"AUTH": "535 5.7.8 no"})):
            receiver = self.receiver(replies, extensions=extensions)
            service = self.proxy(receiver.port, "auth_user=ada\nauth_pass=pencil\n")
            self.refused(service, 451)
            self.assertFalse(any(line.startswith("MAIL") for line in receiver.told))

    def test_tls_is_looked_at_where_it_is_asked_for(self):
        backend = Service(plugins=["rcpt_to.in_host_list", "queue/maildir"])
        self.addCleanup(backend.close)
        certificate, key = make(backend.folder, "good", "localhost")
        haraka("tls", "add", "localhost", "--cert", certificate, "--key", key, "-c", backend.directory)
        with backend:
            self.refused(self.proxy(backend.port(), "enable_tls=true\nhost=localhost\n"), 451)
            self.assertEqual(backend.mails(), [])
            trusting = os.environ | {"SSL_CERT_FILE": str(certificate), "SSL_CERT_DIR": "/nonexistent"}
            certificate.chmod(0o644)
            self.proxy(backend.port(), "enable_tls=true\nhost=localhost\n", environment=trusting).send()
            self.assertRegex(backend.mails()[0].read_bytes().decode(), " with ESMTPS ")
            self.proxy(backend.port(), "enable_tls=true\ntls_required=false\nhost=localhost\n").send()
            self.assertEqual(len(backend.mails()), 2)
        plain = self.receiver()
        self.refused(self.proxy(plain.port, "enable_tls=true\n"), 451)
        self.assertEqual(plain.told[-1], "EHLO mail.example.com")

    @unittest.skipUnless(SINK, "smtp-sink (package postfix) is not installed")
    def test_swaks_sends_through_to_smtp_sink(self):
        port = free_port()
        sink = subprocess.Popen([SINK, "-u", "nobody", f"127.0.0.1:{port}", "100"], stderr=subprocess.DEVNULL)
        self.addCleanup(sink.wait)
        self.addCleanup(sink.kill)

        def answers():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        wait_for(answers, "smtp-sink")
        service = self.proxy(port)
        for _ in range(3):
            subprocess.run(
                ["swaks", "--server", f"127.0.0.1:{service.port()}", "--from", "me@example.org", "--to",
                 "user@example.com", "--helo", "client.example"], check=True, timeout=60, stdout=subprocess.DEVNULL)
        wait_for(lambda: len(service.log_lines("the next server took it: 250")) == 3, "three lines of the log")

    def test_its_page_is_shown(self):
        self.assertIn("send_xclient", haraka("-h", "plugins/queue/smtp_proxy").stdout)


if __name__ == "__main__":
    unittest.main()
