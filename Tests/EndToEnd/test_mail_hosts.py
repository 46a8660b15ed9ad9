"""Where DNS sends mail, it goes."""
import unittest

from cases import relaying
from nameserver import UNBOUND, NameServer
from receiver import Receiver
from service import wait_for


@unittest.skipUnless(UNBOUND, "unbound is not installed")
class MailHostTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.receiver = Receiver()
        cls.addClassCleanup(cls.receiver.close)
        cls.full = Receiver(
            lambda line: "550 5.1.1 no such user" if line.startswith("RCPT") else None,
            address="127.0.0.2", port=cls.receiver.port)
        cls.addClassCleanup(cls.full.close)
        names = NameServer(
            "two.example. MX 10 dead.example.", "two.example. MX 20 mx.example.",
            "dead.example. A 127.0.0.3", "mx.example. A 127.0.0.1",
            "both.example. MX 10 dead.example.", "both.example. MX 20 full.example.", "full.example. A 127.0.0.2",
            "none.example. MX 0 .", "plain.example. A 127.0.0.1",
            "loop.example. MX 10 mail.example.com.", "backup.example. MX 10 mx.example.",
            "backup.example. MX 20 mail.example.com.", "backup.example. MX 30 dead.example.",
            "lost.example. MX 10 nowhere.example.", "alias.example. CNAME plain.example.",
        )
        cls.addClassCleanup(names.close)
        # The receiver's port in the place of 25: no test listens there.
        cls.service = relaying(
            f"[any]\nport={cls.receiver.port}\n", "temp_fail_intervals=5s*9\nconnect_timeout=5\n",
            dns__ini=f"forwarders=127.0.0.1@{names.port}\nvalidate=false\n")
        cls.addClassCleanup(cls.service.close)
        cls.service.start()

    def deliver(self, domain):
        self.service.send(to=f"b@{domain}")
        self.service.wait_log(rf"delivered to=b@{domain}", deadline=20)

    def bounce(self, domain, reason):
        self.service.send(to=f"b@{domain}", sender="me@plain.example")
        self.service.wait_log(rf"bounced to=b@{domain} .*reason=\"[^\"]*{reason}", deadline=20)

    def test_a_host_that_is_dead_gives_way_to_the_next(self):
        self.deliver("two.example")

    def test_a_domain_without_mx_is_its_own_host(self):
        self.deliver("plain.example")

    def test_an_alias_is_followed(self):
        self.deliver("alias.example")

    def test_a_backup_host_sends_only_to_those_before_it(self):
        self.deliver("backup.example")

    def test_an_address_literal_needs_no_dns(self):
        self.service.send(to="b@[127.0.0.1]")
        self.service.wait_log(r"delivered to=\"?b@\[127\.0\.0\.1\]", deadline=20)

    def test_a_report_names_each_host_that_was_tried(self):
        self.bounce("both.example", "no such user")
        report = wait_for(
            lambda: next((mail.text for mail in self.receiver.mails if b"<b@both.example>" in mail.text), None),
            "the report")
        self.assertRegex(
            report, rb"What was tried:\r\n +dead\.example.*:\r\n(.*\r\n)+? +full\.example.*:\r\n +550 5\.1\.1 no such user")
        self.assertRegex(report, rb"\r\nRemote-MTA: dns; full\.example\b")
        self.assertIn(b"\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n", report)

    def test_null_mx_comes_back(self):
        self.bounce("none.example", "takes no mail")

    def test_a_domain_that_is_not_there_comes_back(self):
        self.bounce("nobody.example", "there is no domain")

    def test_mail_that_would_come_back_to_us_comes_back_to_its_sender(self):
        self.bounce("loop.example", "comes back to this server")

    def test_hosts_without_address_bring_it_back(self):
        self.bounce("lost.example", "has no address")


if __name__ == "__main__":
    unittest.main()
