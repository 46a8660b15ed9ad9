"""Mail goes only where its domain's policy lets it go, and the domain hears how TLS with its hosts went."""
import base64
import datetime
import email
import json
import sqlite3
import unittest

from authority import Authority
from nameserver import UNBOUND, NameServer
from policy_host import PolicyHost
from receiver import Receiver
from service import haraka, wait_for
from cases import relaying

# Domains and the addresses of their hosts: a good certificate, one for another name, and none at all.
GOOD, WRONG, BARE = "127.0.0.1", "127.0.0.2", "127.0.0.3"
DOMAINS = {
    "good": GOOD, "wrong": WRONG, "bare": BARE, "other": GOOD, "testing": WRONG, "plain": WRONG, "kept": GOOD,
    "redirect": GOOD, "html": GOOD, "stranger": GOOD, "collect": WRONG, "expired": GOOD,
}


def records(port):
    for name, address in DOMAINS.items():
        domain = f"{name}.example."
        yield f"{domain} MX 10 mx.{domain}"
        yield f"mx.{domain} A {address}"
        yield f"mta-sts.{domain} A 127.0.0.1"
        if name != "plain":
            yield f'_mta-sts.{domain} TXT "v=STSv1; id=20261123;"'
        addresses = f"mailto:tls@collect.example,https://reports.example:{port}/v1?d={name}"
        yield f'_smtp._tls.{domain} TXT "v=TLSRPTv1; rua={addresses}"'
    # Two hosts, of which the policy names the second.
    yield "two.example. MX 10 mx.wrong.example."
    yield "two.example. MX 20 mx.good.example."
    yield '_mta-sts.two.example. TXT "v=STSv1; id=1"'
    yield "mta-sts.two.example. A 127.0.0.1"
    yield "reports.example. A 127.0.0.1"


@unittest.skipUnless(UNBOUND, "unbound is not installed")
class StrictTransportTests(unittest.TestCase):
    def setUp(self):
        authority = Authority()
        self.addCleanup(authority.close)
        policies = [f"mta-sts.{name}.example" for name in (*DOMAINS, "two") if name != "stranger"]
        self.host = PolicyHost(authority.issue(*policies))
        self.addCleanup(self.host.close)
        hosts = [f"mx.{name}.example" for name, address in DOMAINS.items() if address == GOOD]
        self.good = Receiver(leaf=authority.issue(*hosts))
        self.port = self.good.port
        self.wrong = Receiver(leaf=authority.issue("elsewhere.example"), address=WRONG, port=self.port)
        self.bare = Receiver(address=BARE, port=self.port)
        for receiver in (self.good, self.wrong, self.bare):
            self.addCleanup(receiver.close)
        names = NameServer(*records(self.host.port))
        self.addCleanup(names.close)
        for name in DOMAINS:
            self.host.policy(f"{name}.example", "testing" if name == "testing" else "enforce", f"mx.{name}.example")
        self.service = relaying(
            f"[any]\nport={self.port}\n",
            dns__ini=f"forwarders=127.0.0.1@{names.port}\nvalidate=false\n")
        self.addCleanup(self.service.close)
        # Where the service's account can read them.
        self.authorities = self.service.directory / "config/authorities.pem"
        self.service.write("authorities.pem", authority.cert.read_text())
        self.settings()
        self.service.start()

    def settings(self, enabled="true", authorities=None):
        self.service.write("outbound.ini", (
            f"temp_fail_intervals=1h*9\nconnect_timeout=5\ntls_authorities={authorities or self.authorities}\n"
            f"[mta_sts]\nport={self.host.port}\nenabled={enabled}\n"
            "[tls_reports]\ncontact=postmaster@mail.example.com\ndelay=0\nprivate_hosts=true\n"))

    def send(self, domain):
        self.service.send(to=f"b@{domain}.example")

    def deliver(self, domain, receiver):
        before = len(receiver.mails)
        self.send(domain)
        self.service.wait_log(rf"delivered to=b@{domain}\.example", deadline=20)
        return receiver.wait(before + 1)[-1]

    def defer(self, domain, reason):
        self.send(domain)
        self.service.wait_log(rf"deferred to=b@{domain}\.example .*reason=\"[^\"]*{reason}", deadline=20)

    def book(self, *statements):
        """Changes the book of policies of a server that stands still."""
        self.assertEqual(self.service.stop(), 0)
        with sqlite3.connect(self.service.directory / "state/tls.db") as book:
            changed = [book.execute(statement).rowcount for statement in statements]
        book.close()
        self.service.start()
        return changed

    def test_a_host_that_is_what_its_policy_says_gets_the_mail_by_tls(self):
        mail = self.deliver("good", self.good)
        self.assertTrue(mail.is_secured)
        self.assertEqual(self.host.asked, [("mta-sts.good.example", "/.well-known/mta-sts.txt")])
        # Asked for once: the policy is kept.
        self.deliver("good", self.good)
        self.assertEqual(self.host.count("good.example"), 1)

    def test_a_host_with_a_certificate_for_another_name_gets_nothing(self):
        self.defer("wrong", r"hostname mismatch.*the MTA-STS policy of wrong\.example asks for TLS")
        self.assertEqual(self.wrong.mails, [])
        _, line = haraka("queue", "list", "-c", self.service.directory).stdout.splitlines()
        self.assertIn("MTA-STS", haraka("queue", "why", line.split()[0], "-c", self.service.directory).stdout)

    def test_a_host_without_tls_gets_nothing(self):
        self.defer("bare", "the MTA-STS policy of bare")
        self.assertEqual(self.bare.mails, [])

    def test_a_host_that_the_policy_does_not_name_gets_nothing(self):
        self.host.policy("other.example", "enforce", "mx.elsewhere.example", "*.sub.other.example")
        self.defer("other", r"the MTA-STS policy of other\.example doesn't name this host")
        self.assertEqual(self.good.connections, 0)

    def test_a_host_that_is_named_takes_the_place_of_one_that_is_not(self):
        self.host.policy("two.example", "enforce", "*.good.example")
        self.assertTrue(self.deliver("two", self.good).is_secured)
        self.assertEqual(self.wrong.connections, 0)

    def test_a_policy_that_is_tested_holds_nothing_back(self):
        self.assertTrue(self.deliver("testing", self.wrong).is_secured)
        self.assertEqual(self.host.count("testing.example"), 1)

    def test_a_domain_without_policy_gets_its_mail_as_ever(self):
        self.assertTrue(self.deliver("plain", self.wrong).is_secured)
        self.assertEqual(self.host.asked, [])

    def test_what_is_no_policy_holds_nothing_back(self):
        fields = {"Location": "https://mta-sts.good.example/.well-known/mta-sts.txt"}
        self.host.policy("redirect.example", "enforce", "mx.x.example", status=301, fields=fields)
        self.host.policy("html.example", "enforce", "mx.x.example", kind="text/html")
        # Its policy host shows a certificate for other names.
        self.host.policy("stranger.example", "enforce", "mx.x.example")
        for domain, reason in [("redirect", "301"), ("html", "text/plain"), ("stranger", "hostname mismatch")]:
            with self.subTest(domain=domain):
                self.deliver(domain, self.good)
                self.service.wait_log(rf"no mta-sts policy .*domain={domain}\.example .*{reason}")

    def test_a_policy_counts_although_it_cannot_be_fetched_again(self):
        self.host.policy("kept.example", "enforce", "mx.elsewhere.example")
        self.defer("kept", "doesn't name this host")
        self.host.pages.clear()
        self.assertEqual(self.book("UPDATE policy SET id = 'before'"), [1])
        self.defer("kept", "doesn't name this host")
        self.service.wait_log(r"no mta-sts policy .*domain=kept\.example .*404")
        self.assertEqual(self.good.mails, [])

    def test_a_policy_whose_time_is_over_counts_no_more(self):
        self.host.policy("expired.example", "enforce", "mx.elsewhere.example")
        self.defer("expired", "doesn't name this host")
        self.host.pages.clear()
        self.assertEqual(self.book("UPDATE policy SET fetched = fetched - 86400000"), [1])
        self.deliver("expired", self.good)
        self.service.wait_log(r"no mta-sts policy .*domain=expired\.example .*404")

    def test_who_switches_policies_off_sends_as_ever(self):
        self.settings(enabled="false")
        self.service.reload()
        self.deliver("wrong", self.wrong)
        self.assertEqual(self.host.asked, [])

    def test_authorities_that_cannot_be_read_are_refused(self):
        self.settings(authorities="/nowhere.pem")
        done = self.service.reload()
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stdout + done.stderr, r"config/outbound\.ini:\d+: tls_authorities must be a file of .*/nowhere")
        self.assertTrue(self.deliver("good", self.good).is_secured)

    def test_a_domain_is_told_of_a_day(self):
        # One that went well, twice one that was only tested, one that wasn't sent, and a policy that can't be had.
        self.deliver("good", self.good)
        for _ in range(2):
            self.deliver("testing", self.wrong)
        self.defer("wrong", "MTA-STS")
        self.defer("collect", "MTA-STS")
        self.deliver("plain", self.wrong)
        self.deliver("stranger", self.good)
        self.wrong.mails.clear()
        today = datetime.datetime.now(datetime.timezone.utc).date()
        self.assertGreater(self.book("UPDATE tally SET day = day - 1")[0], 5)
        day = (today - datetime.timedelta(days=1)).isoformat()
        # They go to a host that the policy of their own domain refuses.
        mails = self.wrong.wait(6)
        reports = {json["policies"][0]["policy"]["policy-domain"]: json for json in map(self.attachment, mails)}
        self.assertEqual(set(reports), {f"{name}.example" for name in (
            "good", "testing", "wrong", "collect", "plain", "stranger")})
        for report in reports.values():
            self.assertEqual(report["organization-name"], "mail.example.com")
            self.assertEqual(report["contact-info"], "postmaster@mail.example.com")
            self.assertEqual(report["date-range"], {
                "start-datetime": f"{day}T00:00:00Z", "end-datetime": f"{day}T23:59:59Z"})
        self.assertEqual(reports["good.example"]["policies"], [{
            "policy": {
                "policy-type": "sts", "policy-domain": "good.example", "mx-host": ["mx.good.example"],
                "policy-string": ["version: STSv1", "mode: enforce", "mx: mx.good.example", "max_age: 86400"]},
            "summary": {"total-successful-session-count": 1, "total-failure-session-count": 0}}])
        self.assertEqual(reports["testing.example"]["policies"], [{
            "policy": {
                "policy-type": "sts", "policy-domain": "testing.example", "mx-host": ["mx.testing.example"],
                "policy-string": ["version: STSv1", "mode: testing", "mx: mx.testing.example", "max_age: 86400"]},
            "summary": {"total-successful-session-count": 0, "total-failure-session-count": 2},
            "failure-details": [{
                "result-type": "certificate-host-mismatch", "sending-mta-ip": "127.0.0.1",
                "receiving-mx-hostname": "mx.testing.example", "receiving-ip": WRONG, "failed-session-count": 2,
                "failure-reason-code": "hostname mismatch"}]}])
        wrong, = reports["wrong.example"]["policies"]
        self.assertEqual(wrong["summary"], {"total-successful-session-count": 0, "total-failure-session-count": 1})
        self.assertEqual(wrong["failure-details"][0]["result-type"], "certificate-host-mismatch")
        plain, = reports["plain.example"]["policies"]
        self.assertEqual(plain["policy"], {"policy-type": "no-policy-found", "policy-domain": "plain.example"})
        self.assertEqual(plain["summary"], {"total-successful-session-count": 1, "total-failure-session-count": 0})
        kinds = {policy["policy"]["policy-type"]: policy for policy in reports["stranger.example"]["policies"]}
        self.assertEqual(set(kinds), {"sts", "no-policy-found"})
        self.assertEqual(kinds["sts"]["failure-details"][0]["result-type"], "sts-webpki-invalid")
        self.posted(reports)
        self.addressed(mails[0], reports)
        # Nobody is told twice.
        self.assertEqual(self.book("DELETE FROM tally WHERE domain != 'collect.example'", "DELETE FROM report"), [0, 0])

    def attachment(self, mail):
        parsed = email.message_from_bytes(mail.text)
        self.assertEqual(parsed.get_content_type(), "multipart/report")
        self.assertEqual(parsed.get_param("report-type"), "tlsrpt")
        words, report = parsed.get_payload()
        self.assertEqual(words.get_content_type(), "text/plain")
        self.assertEqual(report.get_content_type(), "application/tlsrpt+json")
        return json.loads(base64.b64decode(report.get_payload()))

    def posted(self, reports):
        """The same went by https."""
        wait_for(lambda: len(self.host.posted) >= 6, "the reports by https", 20)
        for path, kind, body in self.host.posted:
            self.assertEqual(kind, "application/tlsrpt+json")
            name = path.partition("?d=")[2]
            self.assertEqual(path, f"/v1?d={name}")
            self.assertEqual(json.loads(body), reports[f"{name}.example"])

    def addressed(self, mail, reports):
        parsed = email.message_from_bytes(mail.text)
        domain = parsed["TLS-Report-Domain"]
        self.assertIn(domain, reports)
        self.assertEqual(parsed["TLS-Report-Submitter"], "mail.example.com")
        self.assertEqual((mail.sender, mail.recipients), ("<postmaster@mail.example.com>", ["<tls@collect.example>"]))
        identity = reports[domain]["report-id"]
        subject = " ".join(parsed["Subject"].split())
        self.assertEqual(
            subject, f"Report Domain: {domain} Submitter: mail.example.com Report-ID: <{identity}@mail.example.com>")
        name = parsed.get_payload()[1].get_filename()
        self.assertRegex(name, rf"^mail\.example\.com!{domain}!\d+!\d+!{identity}\.json$")


if __name__ == "__main__":
    unittest.main()
