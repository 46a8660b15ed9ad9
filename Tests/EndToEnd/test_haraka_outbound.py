"""What goes wrong in Haraka 3.1.6 on the way out, and doesn't here: docs/haraka-defects.md names these tests."""
import email
import os
import pathlib
import re
import threading
import unittest

from authority import Authority
from cases import RelayCase
from nameserver import UNBOUND, NameServer
from queue_rows import leased
from receiver import Receiver
from service import haraka, wait_for

REFUSED_BEFORE_MAIL = {
    "421 at the greeting": ("", "421 4.3.2 too busy"), "554 at the greeting": ("", "554 5.7.1 not you"),
    "421 to EHLO": ("EHLO", "421 4.3.2 too busy"), "550 to EHLO and HELO": ("EHLO HELO", "550 5.7.1 not you"),
    "451 to MAIL": ("MAIL", "451 4.3.0 not now"), "554 to MAIL": ("MAIL", "554 5.7.1 not from you"),
}

EIGHT_BIT = "Subject: x\r\n\r\ngrüße\r\n".encode()


def route(receiver, *keys):
    return "\n".join(["[any]", "host=127.0.0.1", f"port={receiver.port}", *keys, ""])


class Commands:
    """Notes what a host is told, and answers as it is told itself."""

    def __init__(self, answer=lambda line: None):
        self.answer, self.lines = answer, []

    def __call__(self, line):
        self.lines.append(line)
        return self.answer(line)

    def starting(self, word):
        return [line for line in self.lines if line.startswith(word)]


class QueueOnDisk(RelayCase):
    """§6.1"""

    def test_a_flush_during_a_delivery_neither_repeats_nor_bounces_it(self):
        """D10: there a flush by domain leaves a second entry, which bounces what was delivered."""
        is_flushed = threading.Event()

        def answer(line):
            if line == ".":
                is_flushed.wait(20)
            return None

        receiver = self.receiver(answer)
        self.addCleanup(is_flushed.set)
        service = self.service(route(receiver), "temp_fail_intervals=5s*9\n")
        service.send(to="b@x.example")
        wait_for(lambda: leased(service), "a delivery")
        for command in (("--qunstick", "x.example"), ("--qunstick",), ("queue", "retry", "--all")):
            haraka(*command, "-c", service.directory, check=False)
        is_flushed.set()
        service.wait_log(r"delivered to=b@x\.example")
        # Whatever stood behind it would be carried now.
        service.send(to="c@x.example")
        service.wait_log(r"delivered to=c@x\.example")
        self.assertEqual(sorted(mail.recipients for mail in receiver.mails), [["<b@x.example>"], ["<c@x.example>"]])
        self.assertEqual(service.log_lines(r"\] (deferred|bounced|report) "), [])

    def test_a_restart_keeps_domains_apart_and_counts_on(self):
        """There a file that changes hands loses its host; here each recipient's destination and attempts are rows."""
        receiver = self.receiver(lambda line: "451 4.7.1 later" if line.startswith("RCPT") else None)
        service = self.service(route(receiver), "temp_fail_intervals=1h*9\n")
        with service.smtp() as client:
            client.sendmail("me@example.org", ["b@x.example", "c@y.example"], b"Subject: x\r\n\r\nhello\r\n")
        service.wait_log(r"deferred to=b@x")
        service.wait_log(r"deferred to=c@y")
        before = haraka("queue", "list", "--json", "-c", service.directory).stdout
        service.kill()
        service.start()
        after = haraka("queue", "list", "--json", "-c", service.directory).stdout
        # Ages go on.
        strip = re.compile(r'"age[^,}]*[,}]')
        self.assertEqual(strip.sub("", before), strip.sub("", after))
        self.assertEqual((before.count('"attempts":1'), before.count("x.example") > 0), (2, True))


class Scheduling(RelayCase):
    """§6.2"""

    def test_a_crash_takes_no_places_of_a_destination_away(self):
        """There places are counted in redis: those of a crash stay taken for minutes."""
        hangs = threading.Event()
        is_over = []

        def answer(line):
            if line == "." and not is_over:
                hangs.wait(20)
                return False
            return None

        receiver = self.receiver(answer)
        self.addCleanup(hangs.set)
        service = self.service(route(receiver), "concurrency_per_destination=1\nconcurrency_max=1\n")
        service.send(to="b@x.example")
        wait_for(lambda: leased(service), "a delivery")
        service.kill()
        is_over.append(True)
        hangs.set()
        service.start()
        self.assertEqual(receiver.wait(1)[0].recipients, ["<b@x.example>"])

    def test_what_is_switched_off_does_nothing_until_it_is_switched_on(self):
        """D22: there each item asks every second."""
        receiver = self.receiver()
        service = self.service(route(receiver), "disabled=true\n")
        with service.smtp() as client:
            for _ in range(100):
                client.sendmail("me@example.org", ["b@x.example"], b"Subject: x\r\n\r\nhello\r\n")
        spent = self.processor_time(service)
        # A span to measure, and no wait for anything: 100 items would ask 300 times.
        threading.Event().wait(3)
        self.assertLess(self.processor_time(service) - spent, 0.1)
        self.assertEqual(receiver.connections, 0)
        service.write("outbound.ini", "\n")
        receiver.wait(100)

    @staticmethod
    def processor_time(service):
        fields = pathlib.Path(f"/proc/{service.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@unittest.skipUnless(UNBOUND, "unbound is not installed")
class Routing(RelayCase):
    """§6.3 and §6.4: a domain with two mail hosts, at two addresses."""

    def two_hosts(self, answer, routes="", **options):
        second = Receiver(address="127.0.0.2")
        self.addCleanup(second.close)
        first = Receiver(answer, address="127.0.0.1", port=second.port, **options)
        self.addCleanup(first.close)
        return first, second, self.service_for(second.port, routes)

    def service_for(self, port, routes=""):
        names = NameServer("x.example. MX 10 one.example.", "x.example. MX 20 two.example.", "one.example. A 127.0.0.1",
                           "two.example. A 127.0.0.2")
        self.addCleanup(names.close)
        return self.service(f"[any]\nport={port}\n{routes}", "temp_fail_intervals=1h*9\nconnect_timeout=5\n",
                            dns__ini=f"forwarders=127.0.0.1@{names.port}\nvalidate=false\n")

    def test_every_host_that_failed_is_named_with_its_reason(self):
        """There only "Tried all MXs" is left."""
        _, second, service = self.two_hosts(lambda line: "421 4.3.2 one is busy" if line == "" else None)
        second.answer = lambda line: "554 5.7.1 two says no" if line == "" else None
        service.send(to="b@x.example")
        line = service.wait_log(r"deferred to=b@x\.example .*")[0]
        self.assertRegex(line, r"one\.example: 421 4\.3\.2 one is busy.*two\.example: 554 5\.7\.1 two says no")

    def test_a_host_that_refuses_before_rcpt_gives_way_to_the_next(self):
        """D8: there 4xx defers the whole and 5xx bounces it, the other hosts unasked."""
        now = []
        first, second, service = self.two_hosts(
            lambda line: now[0][1] if now and line.split(" ")[0].split(":")[0] in now[0][0].split(" ") else None)
        for name, refusal in REFUSED_BEFORE_MAIL.items():
            with self.subTest(name):
                now[:] = [refusal]
                count = len(second.mails)
                service.send(to="b@x.example")
                self.assertEqual(second.wait(count + 1)[-1].recipients, ["<b@x.example>"])
        self.assertEqual(first.mails, [])
        self.assertEqual(service.log_lines(r"\] (deferred|bounced) "), [])

    def test_a_refused_starttls_gives_way_to_the_next_where_tls_is_required(self):
        authority = Authority()
        self.addCleanup(authority.close)
        leaf = authority.issue("x.example")
        first, second, service = self.two_hosts(
            lambda line: "554 5.7.0 no TLS today" if line == "STARTTLS" else None, "tls=required\n", leaf=leaf)
        # The second offers none at all: neither is good enough, and both are named.
        service.send(to="b@x.example")
        line = service.wait_log(r"(deferred|bounced) to=b@x\.example .*")[0]
        self.assertRegex(line, r"^deferred .*one\.example: 554 5\.7\.0 no TLS today.*two\.example: .*offers no TLS")
        self.assertEqual((first.mails, second.mails), ([], []))

    def test_behind_the_end_of_a_message_no_second_host_gets_it(self):
        """D9: there another host gets a copy of what the first was slow to acknowledge."""
        first, second, service = self.two_hosts(lambda line: False if line == "." else None)
        service.send(to="b@x.example")
        service.wait_log(r"deferred to=b@x\.example .*closed the connection")
        self.assertEqual((len(first.mails), second.mails), (0, []))


class Client(RelayCase):
    """§6.4"""

    def test_a_slow_reply_to_the_end_of_data_is_waited_for(self):
        """D9: there the time for connecting is that for every reply."""
        def answer(line):
            if line == ".":
                threading.Event().wait(4)
            return None

        receiver = self.receiver(answer)
        service = self.service(route(receiver), "connect_timeout=1\ntemp_fail_intervals=5s*9\n")
        service.send(to="b@x.example")
        service.wait_log(r"delivered to=b@x\.example")
        self.assertEqual((len(receiver.mails), receiver.connections), (1, 1))

    def test_size_and_8bitmime_are_used(self):
        """D11: there they are read and forgotten."""
        commands = Commands()
        receiver = self.receiver(commands, ("SIZE 5000", "8BITMIME"))
        service = self.service(route(receiver))
        with service.smtp() as client:
            client.sendmail("me@example.org", ["b@x.example"], EIGHT_BIT, ["BODY=8BITMIME"])
        mail, = receiver.wait(1)
        self.assertEqual(commands.starting("MAIL"), [f"MAIL FROM:<me@example.org> SIZE={len(mail.text)} BODY=8BITMIME"])
        service.send(to="c@x.example", text=b"Subject: big\r\n\r\n" + b"x" * 70 + b"\r\n" * 5000)
        service.wait_log(r"bounced to=c@x\.example .*at most 5000 bytes")
        # Only the report follows: nothing of the big one was tried.
        self.assertEqual([mail.sender.split(" ")[0] for mail in receiver.wait(2)], ["<me@example.org>", "<>"])

    def test_8_bit_mail_isnt_sent_to_a_host_that_takes_none(self):
        receiver = self.receiver(extensions=("PIPELINING",))
        service = self.service(route(receiver))
        with service.smtp() as client:
            client.sendmail("", ["b@x.example"], EIGHT_BIT, ["BODY=8BITMIME"])
        service.wait_log(r"bounced to=b@x\.example .*takes no 8-bit messages")
        self.assertEqual(receiver.mails, [])

    def test_without_the_auth_that_is_configured_nothing_is_sent(self):
        """D13: there the mail goes all the same, in the clear."""
        commands = Commands()
        receiver = self.receiver(commands)
        service = self.service(route(receiver, "user=me", "password=secret"), "temp_fail_intervals=1h*9\n")
        service.send(to="b@x.example")
        service.wait_log(r"deferred to=b@x\.example .*(AUTH|authenticated)")
        self.assertEqual((receiver.mails, commands.starting("MAIL"), commands.starting("AUTH")), ([], [], []))

    def test_a_transaction_has_at_most_a_hundred_recipients(self):
        receiver = self.receiver()
        service = self.service(route(receiver))
        recipients = [f"b{number}@x.example" for number in range(250)]
        with service.smtp() as client:
            client.sendmail("me@example.org", recipients, b"Subject: x\r\n\r\nhello\r\n")
        wait_for(lambda: sum(len(mail.recipients) for mail in receiver.mails) >= 250, "all recipients")
        self.assertLessEqual(max(len(mail.recipients) for mail in receiver.mails), 100)
        self.assertEqual(sorted(name for mail in receiver.mails for name in mail.recipients),
                         sorted(f"<{name}>" for name in recipients))


class TLS(RelayCase):
    """§6.5"""

    def test_a_host_whose_tls_is_broken_is_spoken_to_in_the_clear(self):
        """There a domain with one such host waits until a mark in redis has expired."""
        commands = Commands(lambda line: "220 2.0.0 go on" if line == "STARTTLS" else None)
        receiver = self.receiver(commands, ("PIPELINING", "STARTTLS"))
        service = self.service(route(receiver), "temp_fail_intervals=1h*9\n")
        service.send(to="b@x.example")
        receiver.wait(1)
        # It is remembered: the next message isn't held up.
        service.send(to="c@x.example")
        receiver.wait(2)
        self.assertEqual(len(commands.starting("STARTTLS")), 1)
        self.assertEqual(service.log_lines(r"\] deferred "), [])

    def test_mail_that_must_not_go_without_tls_goes_nowhere_else(self):
        """D12: there `force_tls` is written down and never read."""
        authority = Authority()
        self.addCleanup(authority.close)
        receiver = self.receiver()
        service = self.service(
            route(receiver), connection__ini="extensions=PIPELINING,8BITMIME,STARTTLS,REQUIRETLS,DSN\n")
        service.add_certificate(authority.issue("mail.example.com", "127.0.0.1"))
        service.wait_log("applied=")
        with service.smtp() as client:
            client.starttls(context=authority.context())
            client.ehlo("client.example")
            client.sendmail("me@example.org", ["b@x.example"], b"Subject: x\r\n\r\nhello\r\n", ["REQUIRETLS"])
        service.wait_log(r"bounced to=b@x\.example .*can't promise that TLS")
        self.assertFalse([mail for mail in receiver.mails if mail.recipients == ["<b@x.example>"]])


class Reports(RelayCase):
    """§6.6"""

    def test_a_report_names_envelope_host_and_form_as_rfc_3464_has_it(self):
        """D20: there Original-Envelope-Id is the Message-Id, Remote-MTA has no type, MIME-Version is missing."""
        receiver = self.receiver(lambda line: "550 5.1.1 no such user" if line.startswith("RCPT TO:<b@") else None)
        service = self.service(route(receiver), connection__ini="extensions=PIPELINING,8BITMIME,DSN\n")
        with service.raw() as client:
            client.reply()
            for line in ("EHLO client.example", "MAIL FROM:<me@example.org> ENVID=env-1", "RCPT TO:<b@x.example>",
                         "DATA"):
                client.say(line)
            self.assertRegex(client.say(b"Message-ID: <id-1@example.org>\r\nSubject: x\r\n\r\nhello\r\n.\r\n"), "^250")
        report = email.message_from_bytes(receiver.wait(1)[0].text)
        whole, each = report.get_payload()[1].get_payload()
        self.assertEqual((report["MIME-Version"], whole["Original-Envelope-Id"]), ("1.0", "env-1"))
        self.assertRegex(whole["Reporting-MTA"], r"^dns; ?mail\.example\.com$")
        self.assertRegex(each["Remote-MTA"], r"^dns; ?")
        self.assertRegex(each["Final-Recipient"], r"^rfc822; ?b@x\.example$")


class Management(RelayCase):
    """§6.7"""

    def test_no_name_leads_out_of_the_queue(self):
        """D28: there STATUS QUEUE DISCARD removes files anywhere."""
        service = self.service("[any]\nhost=127.0.0.1\nport=1\n", "disabled=true\n")
        service.send(to="b@x.example")
        files = {path: path.read_bytes() for path in (service.directory / "config").rglob("*") if path.is_file()}
        database = service.directory / "queue/queue.db"
        for name in ("../config/me", "../../config/me", str(service.directory / "config/me"), "queue.db", "spool", ".",
                     "..", "%2e%2e/config/me", "1/../../config/me"):
            for verb in ("delete", "retry", "hold", "show", "cat"):
                done = haraka("queue", verb, name, "-c", service.directory, check=False)
                self.assertNotEqual(done.returncode, 0, f"{verb} {name}")
        self.assertTrue(database.exists())
        for path, text in files.items():
            self.assertEqual(path.read_bytes(), text)
        self.assertIn("<b@x.example>", haraka("queue", "list", "-c", service.directory).stdout)


if __name__ == "__main__":
    unittest.main()
