"""queue/smtp_forward, queue/smtp_bridge with auth/auth_bridge, queue/lmtp, queue/deliver: mail for another server's hands."""
import base64
import os
import pathlib
import smtplib
import socketserver
import tempfile
import threading
import unittest

from receiver import Receiver
from service import Service, free_port, haraka
from test_dropped_in import compile_c
from test_queue_plugins_proxy import Recorder

RELAY = {"relay_acl_allow": "127.0.0.0/8\n", "relay__ini": "[relay]\nacl=true\n"}
# A queue that tries again soon.
SOON = "temp_fail_intervals=5s*20\n"


class Forwarding(unittest.TestCase):
    def receiver(self, *arguments, **options):
        receiver = Recorder(*arguments, **options)
        self.addCleanup(receiver.close)
        return receiver

    def service(self, plugins, environment=None, **files):
        service = Service(plugins=list(plugins), **files)
        self.addCleanup(service.close)
        return service.start(**({"env": environment} if environment else {}))

    def forward(self, ini, plugins=("rcpt_to.in_host_list", "queue/smtp_forward"), **files):
        return self.service(plugins, smtp_forward__ini=ini, **files)

    def refused(self, service, **options):
        with self.assertRaises(smtplib.SMTPResponseException) as caught:
            service.send(**options)
        return f"{caught.exception.smtp_code} {caught.exception.smtp_error.decode()}"

    def send(self, service, *recipients, sender="me@example.org"):
        with service.smtp() as client:
            client.sendmail(sender, list(recipients), b"Subject: x\r\n\r\n.dot\r\n")


class ForwardTests(Forwarding):
    def test_the_servers_answer_is_the_clients(self):
        receiver = self.receiver()
        service = self.forward(f"host=127.0.0.1\nport={receiver.port}\n")
        service.send(text=b"Subject: x\r\n\r\n.dot\r\n")
        mail, = receiver.wait(1)
        self.assertEqual((mail.sender[:16], mail.recipients), ("<me@example.org>", ["<user@example.com>"]))
        self.assertTrue(mail.text.endswith(b"Subject: x\r\n\r\n.dot\r\n"))
        for start, reply in (("MAIL", "550 5.7.1 You again"), ("RCPT", "550 5.1.1 Nobody"), (".", "452 4.3.1 Full"),
                             (".", "554 5.6.0 Odd")):
            receiver.replies = {start: reply}
            self.assertEqual(self.refused(service), reply)
        self.assertEqual(len(receiver.mails), 1)

    def test_a_server_that_is_down_is_for_later(self):
        service = self.forward(f"host=127.0.0.1\nport={free_port()}\n")
        self.assertEqual(self.refused(service), "451 4.4.0 The next server cannot take mail now, try later")

    def test_each_domain_goes_to_its_own_server(self):
        main, first, second = self.receiver(), self.receiver(), self.receiver()
        service = self.forward(
            f"host=127.0.0.1\nport={main.port}\ncheck_recipient=true\n[a.example]\nhost=127.0.0.1\nport={first.port}\n"
            f"[b.example]\nhost=127.0.0.1\nport={second.port}\n")
        self.send(service, "x@a.example", "user@example.com", "y@b.example", "z@a.example")
        self.assertEqual(main.wait(1)[0].recipients, ["<user@example.com>"])
        self.assertEqual(first.wait(1)[0].recipients, ["<x@a.example>", "<z@a.example>"])
        self.assertEqual(second.wait(1)[0].recipients, ["<y@b.example>"])
        self.assertEqual(self.refused_recipient(service, "x@c.example")[0], 550)

    def refused_recipient(self, service, address, **options):
        with self.assertRaises(smtplib.SMTPRecipientsRefused) as caught:
            self.send(service, address, **options)
        return caught.exception.recipients[address]

    def test_who_did_not_get_it_is_queued_where_others_did(self):
        refusing = {"on": True}
        first = self.receiver()
        second = self.receiver({".": lambda line: "451 4.3.0 Later" if refusing["on"] else None})
        service = self.forward(
            f"check_recipient=true\n[a.example]\nhost=127.0.0.1\nport={first.port}\n"
            f"[b.example]\nhost=127.0.0.1\nport={second.port}\n", outbound__ini=SOON)
        self.send(service, "x@a.example", "y@b.example")
        self.assertEqual(first.wait(1)[0].recipients, ["<x@a.example>"])
        refusing["on"] = False
        self.assertEqual(second.wait(1)[0].recipients, ["<y@b.example>"])
        self.assertEqual(len(first.mails), 1)

    def mixed(self, answers, **files):
        """A server that answers recipients differently, for addresses of a domain that isn't local as a whole."""
        server = self.receiver({"RCPT": lambda line: next((answers[name] for name in answers if f"<{name}@" in line), None)})
        reports = self.receiver()
        service = self.forward(
            f"host=127.0.0.1\nport={server.port}\n", host_list_regex="[abc]@foreign\\.example\n",
            outbound__routes__ini=f"[any]\nhost=127.0.0.1\nport={reports.port}\n", outbound__ini=SOON, **files)
        return server, reports, service

    def test_where_one_recipient_has_it_the_others_refusals_are_not_the_clients(self):
        answers = {"b": "550 5.1.1 Nobody", "c": "452 4.2.2 Full"}
        server, reports, service = self.mixed(answers)
        self.send(service, "a@foreign.example", "b@foreign.example", "c@foreign.example")
        self.assertEqual(server.wait(1)[0].recipients, ["<a@foreign.example>"])
        report, = reports.wait(1)
        self.assertEqual((report.sender[:2], report.recipients), ("<>", ["<me@example.org>"]))
        self.assertIn(b"550 5.1.1 Nobody", report.text)
        del answers["c"]
        self.assertEqual(server.wait(2)[1].recipients, ["<c@foreign.example>"])
        self.assertEqual(len(reports.mails), 1)

    def test_a_queue_that_takes_nothing_leaves_it_to_the_client(self):
        refusing = """
            #include "haraka_plugin_c.h"
            #define PRE(X) X(U, call)
            HK_HOOK(on_pre, PRE) { return hk_deny_soft(call, 452, "4.3.1", "No room"); }
            HK_PLUGIN("org.example.full", "1.0", HK_PF_RELOADABLE, HK_ON("pre_send_trans_email", on_pre, 0))
            """
        server = self.receiver({"RCPT": lambda line: "452 4.2.2 Full" if "<b@" in line else None})
        service = Service(plugins=["full", "rcpt_to.in_host_list", "queue/smtp_forward"],
                          smtp_forward__ini=f"host=127.0.0.1\nport={server.port}\n")
        self.addCleanup(service.close)
        compile_c(refusing, service.directory / "plugins/full.so")
        service.start()
        with self.assertRaises(smtplib.SMTPDataError) as caught:
            self.send(service, "a@example.com", "b@example.com")
        self.assertEqual(caught.exception.smtp_code, 452)

    def test_no_mail_goes_to_a_server_that_nobody_named(self):
        own = self.receiver()
        service = self.forward(
            f"check_recipient=true\n[a.example]\nhost=127.0.0.1\nport={own.port}\n",
            ("rcpt_to.in_host_list", "queue/smtp_forward", "queue/maildir"))
        service.send()
        self.assertEqual(len(service.mails()), 1)
        self.send(service, "x@a.example")
        self.assertEqual(own.wait(1)[0].recipients, ["<x@a.example>"])

    def test_mail_may_be_for_the_servers_own_queue_or_for_another_plugin(self):
        own, port = self.receiver(), free_port()
        ini = f"check_recipient=true\n[a.example]\nhost=127.0.0.1\nport={port}\nqueue=outbound\n[b.example]\nqueue=maildir\n"
        service = self.forward(
            ini, ("rcpt_to.in_host_list", "queue/smtp_forward", "queue/maildir"), host_list="b.example\n", outbound__ini=SOON)
        self.assertNotIn("warning", haraka("check", "-c", service.directory).stdout.replace("warnings", ""))
        # Nobody listens there yet, and the client has its 250 nevertheless.
        self.send(service, "x@a.example")
        service.write("smtp_forward.ini", ini.replace(str(port), str(own.port)))
        self.assertEqual(own.wait(1)[0].recipients, ["<x@a.example>"])
        self.send(service, "user@b.example")
        self.assertEqual(len(service.mails()), 1)

    def test_one_message_for_each_recipient_where_that_is_asked_for(self):
        receiver = self.receiver()
        service = self.forward(f"host=127.0.0.1\nport={receiver.port}\none_message_per_rcpt=true\n")
        self.send(service, "a@example.com", "b@example.com")
        self.assertEqual([mail.recipients for mail in receiver.wait(2)], [["<a@example.com>"], ["<b@example.com>"]])

    def test_the_senders_domain_may_pick_the_server(self):
        main, own = self.receiver(), self.receiver()
        service = self.forward(
            f"host=127.0.0.1\nport={main.port}\ndomain_selector=mail_from\n"
            f"[example.org]\nhost=127.0.0.1\nport={own.port}\n")
        service.send()
        service.send(sender="you@elsewhere.example")
        self.assertEqual(own.wait(1)[0].sender[:16], "<me@example.org>")
        self.assertEqual(main.wait(1)[0].sender[:23], "<you@elsewhere.example>")

    def test_local_senders_have_to_be_somebody(self):
        ini = "check_sender=true\ncheck_recipient=true\n[example.com]\nhost=127.0.0.1\n"
        with self.forward(ini).raw() as client:
            client.reply()
            client.say("EHLO client.example")
            self.assertEqual(client.say("MAIL FROM:<x@example.com>"), "550 5.7.1 Spoofed MAIL FROM")
            self.assertTrue(client.say("MAIL FROM:<>").startswith("250"))

    def test_relayed_mail_takes_this_way_only_where_it_is_told_to(self):
        receiver = self.receiver()
        plugins = ("relay", "rcpt_to.in_host_list", "queue/smtp_forward")
        service = self.forward(f"host=127.0.0.1\nport={receiver.port}\nenable_outbound=true\n", plugins, **RELAY)
        service.send(to="b@elsewhere.example")
        self.assertEqual(receiver.wait(1)[0].recipients, ["<b@elsewhere.example>"])
        # Without it the server's queue takes the mail, and delivers what is for a section's domain to that section's server.
        own = self.receiver()
        service = self.forward(
            f"host=127.0.0.1\nport={free_port()}\n[a.example]\nhost=127.0.0.1\nport={own.port}\n", plugins, **RELAY)
        service.send(to="b@a.example")
        self.assertEqual(own.wait(1)[0].recipients, ["<b@a.example>"])

    def test_a_pool_is_used_in_turn_and_around_a_dead_server(self):
        one, two = self.receiver(), self.receiver()
        service = self.forward(f"forwarding_host_pool=127.0.0.1:{one.port} 127.0.0.1:{two.port}\n")
        for _ in range(4):
            service.send()
        self.assertEqual((len(one.wait(2)), len(two.wait(2))), (2, 2))
        service = self.forward(f"forwarding_host_pool=127.0.0.2:{free_port()} 127.0.0.1:{two.port}\n")
        for _ in range(3):
            service.send()
        self.assertEqual(len(two.wait(5)), 5)

    def test_login_comes_first_and_without_it_nothing_is_sent(self):
        receiver = self.receiver({"AUTH": "235 2.7.0 yes"}, extensions=("AUTH PLAIN",))
        ini = f"host=127.0.0.1\nport={receiver.port}\nauth_user=ada\nauth_pass=pencil\n"
        service = self.forward(ini)
        service.send()
        self.assertIn("AUTH PLAIN AGFkYQBwZW5jaWw=", receiver.told)
        self.assertNotIn("pencil", service.log())
        receiver.extensions = ("8BITMIME",)
        self.assertTrue(self.refused(service).startswith("45"))
        self.assertEqual(len(receiver.mails), 1)

    def test_its_page_is_shown(self):
        self.assertIn("forwarding_host_pool", haraka("-h", "plugins/queue/smtp_forward").stdout)


class BridgeTests(Forwarding):
    password = "correct-horse-battery"

    def backend(self, **replies):
        good = base64.b64encode(f"\0ada\0{self.password}".encode()).decode()
        return self.receiver(
            {"AUTH": lambda line: "235 2.7.0 yes" if line == f"AUTH PLAIN {good}" else "535 5.7.8 no", **replies},
            extensions=("AUTH PLAIN",))

    def bridge(self, port, ini=""):
        return self.service(
            ["auth/auth_bridge", "rcpt_to.in_host_list", "queue/smtp_bridge"],
            auth__ini="private_without_tls=true\n[failures]\ndelay=0\n",
            smtp_bridge__ini=f"host=127.0.0.1\nport={port}\nenable_tls=false\n{ini}")

    def test_mail_goes_with_the_clients_own_login(self):
        backend = self.backend()
        service = self.bridge(backend.port)
        with service.smtp() as client:
            self.assertRaises(smtplib.SMTPAuthenticationError, client.login, "ada", "wrong")
        with service.smtp() as client:
            client.login("ada", self.password)
            client.sendmail("ada@example.org", ["b@elsewhere.example"], b"Subject: x\r\n\r\nx\r\n")
            backend.replies["."] = "451 4.3.0 Later"
            with self.assertRaises(smtplib.SMTPDataError) as caught:
                client.sendmail("ada@example.org", ["b@elsewhere.example"], b"Subject: y\r\n\r\nx\r\n")
            self.assertEqual(caught.exception.smtp_code, 451)
        self.assertEqual(backend.wait(1)[0].recipients, ["<b@elsewhere.example>"])
        for secret in (self.password, base64.b64encode(self.password.encode()).decode()):
            self.assertNotIn(secret, service.log())
            for path in service.directory.rglob("*"):
                if path.is_file():
                    self.assertNotIn(secret.encode(), path.read_bytes(), path)

    def test_who_is_refused_while_others_are_not_is_reported_to_the_sender(self):
        backend = self.backend(RCPT=lambda line: "550 5.1.1 Nobody" if "<c@" in line else "450 4.2.0 Wait" if "<b@" in line else None)
        reports = self.receiver()
        service = self.service(
            ["auth/auth_bridge", "rcpt_to.in_host_list", "queue/smtp_bridge"],
            auth__ini="private_without_tls=true\n", outbound__ini=SOON,
            outbound__routes__ini=f"[any]\nhost=127.0.0.1\nport={reports.port}\n",
            smtp_bridge__ini=f"host=127.0.0.1\nport={backend.port}\nenable_tls=false\n")
        with service.smtp() as client:
            client.login("ada", self.password)
            client.sendmail("ada@home.example", [f"{name}@x.example" for name in "abc"], b"Subject: x\r\n\r\nx\r\n")
        self.assertEqual(backend.wait(1)[0].recipients, ["<a@x.example>"])
        report, = reports.wait(1)
        self.assertEqual(report.recipients, ["<ada@home.example>"])
        for words in (b"c@x.example: 550 5.1.1 Nobody", b"b@x.example: 450 4.2.0 Wait"):
            self.assertIn(words, report.text.replace(b"\r\n ", b" "))
        for path in service.directory.rglob("*"):
            if path.is_file():
                self.assertNotIn(self.password.encode(), path.read_bytes(), path)

    def test_passwords_stay_here_without_tls(self):
        backend = self.backend()
        service = self.bridge(backend.port, "enable_tls=true\n")
        with service.smtp() as client:
            with self.assertRaises(smtplib.SMTPAuthenticationError) as caught:
                client.login("ada", self.password)
            self.assertEqual(caught.exception.smtp_code, 454)
        self.assertFalse(any(line.startswith("AUTH") for line in backend.told))

    def test_their_pages_are_shown(self):
        self.assertIn("smtp_bridge.ini", haraka("-h", "plugins/auth/auth_bridge").stdout)
        self.assertIn("allow_cleartext", haraka("-h", "plugins/queue/smtp_bridge").stdout)


class LMTPServer:
    """Answers each recipient behind the message, as RFC 2033 has it."""

    def __init__(self, address, answer=lambda recipient: "250 2.1.5 ok"):
        self.mails, self.hellos, self.changed = [], [], threading.Condition()
        server = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                try:
                    server.talk(self.rfile, lambda line: self.wfile.write(line.encode() + b"\r\n"), answer)
                except ConnectionError:
                    pass

        base = socketserver.ThreadingUnixStreamServer if isinstance(address, str) else socketserver.ThreadingTCPServer
        self.server = type("Server", (base,), {"daemon_threads": True})(address, Handler)
        self.port = None if isinstance(address, str) else self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def talk(self, reader, say, answer):
        say("220 lmtp")
        recipients = []
        for raw in reader:
            line = raw.decode().strip()
            verb = line.split()[0].upper()
            if verb == "LHLO":
                self.hellos.append(line)
                say("250-lmtp\r\n250 8BITMIME")
            elif verb == "MAIL":
                recipients = []
                say("250 ok")
            elif verb == "RCPT":
                recipients.append(line.split("<")[1].split(">")[0])
                say("250 ok")
            elif verb == "DATA":
                say("354 go")
                text = b"".join(iter(reader.readline, b".\r\n"))
                for recipient in recipients:
                    reply = answer(recipient)
                    if reply.startswith("2"):
                        with self.changed:
                            self.mails.append((recipient, text))
                            self.changed.notify_all()
                    say(reply)
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok" if verb in ("RSET", "NOOP") else "500 what")

    def wait(self, count, deadline=20):
        with self.changed:
            if not self.changed.wait_for(lambda: len(self.mails) >= count, deadline):
                raise AssertionError(f"{self.mails}, but {count} are due")
            return sorted(recipient for recipient, _ in self.mails)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class LMTPTests(Forwarding):
    def lmtp(self, address=("127.0.0.1", 0), **options):
        server = LMTPServer(address, **options)
        self.addCleanup(server.close)
        return server

    def front(self, ini, plugins=("rcpt_to.in_host_list", "queue/lmtp"), **files):
        return self.service(plugins, lmtp__ini=ini, outbound__ini=SOON, **files)

    def test_mail_is_queued_and_delivered_by_lmtp(self):
        server = self.lmtp()
        service = self.front(f"host=127.0.0.1\nport={server.port}\n")
        self.send(service, "a@example.com", "b@example.com")
        self.assertEqual(server.wait(2), ["a@example.com", "b@example.com"])
        self.assertTrue(server.hellos[0].startswith("LHLO"))

    def test_a_server_that_is_down_delays_nobody(self):
        port = free_port()
        service = self.front(f"host=127.0.0.1\nport={port}\n")
        service.send()
        server = self.lmtp(("127.0.0.1", port))
        self.assertEqual(server.wait(1), ["user@example.com"])

    def test_a_unix_socket_and_a_domain_of_its_own(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="haraka-lmtp-"))
        self.addCleanup(lambda: [path.unlink() for path in folder.iterdir()] and folder.rmdir())
        folder.chmod(0o755)
        path = str(folder / "socket")
        server, own = self.lmtp(path), self.lmtp()
        os.chmod(path, 0o777)
        service = self.front(
            f"path={path}\n[b.example]\nhost=127.0.0.1\nport={own.port}\n", host_list="example.com\nb.example\n")
        self.send(service, "a@example.com", "x@b.example")
        self.assertEqual(server.wait(1), ["a@example.com"])
        self.assertEqual(own.wait(1), ["x@b.example"])

    def test_directly_the_servers_answer_is_the_clients(self):
        answers = {"full@example.com": "452 4.2.2 Full", "nobody@example.com": "550 5.1.1 Nobody"}
        server = self.lmtp(answer=lambda recipient: answers.get(recipient, "250 2.1.5 ok"))
        service = self.front(f"host=127.0.0.1\nport={server.port}\ndirect=true\n")
        service.send()
        self.assertEqual(server.wait(1), ["user@example.com"])
        self.assertEqual(self.refused(service, to="full@example.com"), "452 4.2.2 Full")
        self.assertEqual(self.refused(service, to="nobody@example.com"), "550 5.1.1 Nobody")
        # One has it, so the other is the queue's.
        self.send(service, "user@example.com", "full@example.com")
        server.wait(2)
        answers.clear()
        self.assertEqual(server.wait(3), ["full@example.com", "user@example.com", "user@example.com"])

    def test_no_mail_goes_to_a_server_that_nobody_named(self):
        service = self.front("", ("rcpt_to.in_host_list", "queue/lmtp", "queue/maildir"))
        self.assertIn("lmtp.ini names no server", service.log())
        service.send()
        self.assertEqual(len(service.mails()), 1)

    def test_its_page_is_shown(self):
        self.assertIn("direct", haraka("-h", "plugins/queue/lmtp").stdout)


class DeliverTests(Forwarding):
    def test_relayed_mail_is_queued(self):
        receiver = self.receiver()
        service = self.service(
            ["relay", "rcpt_to.in_host_list", "queue/deliver", "queue/discard"], discard__ini="all=true\n",
            outbound__routes__ini=f"[any]\nhost=127.0.0.1\nport={receiver.port}\n", **RELAY)
        service.send(to="b@elsewhere.example")
        self.assertEqual(receiver.wait(1)[0].recipients, ["<b@elsewhere.example>"])


if __name__ == "__main__":
    unittest.main()
