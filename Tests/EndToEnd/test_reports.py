"""What senders hear of their mail: failures, delays and successes, each field of RFC 3464 looked at."""
import email
import email.header
import email.utils
import re
import socketserver
import threading
import time
import unittest

from cases import RelayCase
from queue_rows import rows
from service import haraka, wait_for

ESMTP = "extensions=PIPELINING,8BITMIME,SMTPUTF8,ENHANCEDSTATUSCODES,SIZE,CHUNKING,DSN\n"
MESSAGE = (
    b"From: Anna <anna@example.org>\r\nTo: b@x.example\r\nSubject: =?UTF-8?Q?L=C3=BCnch?=\r\n"
    b"Message-ID: <m1@client.example>\r\n\r\nAt noon?\r\n")
DATE = r"^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}$"


class Report:
    """A report as a program reads it; its makeup is checked."""

    def __init__(self, test, mail):
        self.raw = mail.text
        self.envelope = (mail.sender, mail.recipients)
        self.message = message = email.message_from_bytes(mail.text)
        test.assertEqual(message.get_content_type(), "multipart/report")
        test.assertEqual(message.get_param("report-type"), "delivery-status")
        test.assertEqual(message["MIME-Version"], "1.0")
        test.assertEqual(message["Auto-Submitted"], "auto-replied")
        test.assertEqual(message.defects, [])
        self.words, self.status, self.returned = message.get_payload()
        test.assertEqual(self.status.get_content_type(), "message/delivery-status")
        self.about, *self.recipients = self.status.get_payload()
        test.assertEqual(self.about["Reporting-MTA"], "dns; mail.example.com")
        test.assertRegex(self.about["Arrival-Date"], DATE)
        for recipient in self.recipients:
            test.assertRegex(recipient["Last-Attempt-Date"], DATE)

    def text(self):
        part = self.words
        while part.is_multipart():
            part = part.get_payload()[0]
        return part.get_payload(decode=True).decode()


class ReportTests(RelayCase):
    def relay(self, answer=lambda line: None, outbound="", routes="", extensions=("PIPELINING", "8BITMIME"), **files):
        """A server whose mail goes to a host that answers like that."""
        self.host = self.receiver(answer, extensions=extensions)
        # Reports go to another one.
        self.sink = self.receiver()
        return self.service(
            f"[example.org]\nhost=127.0.0.1\nport={self.sink.port}\n[any]\nhost=127.0.0.1\nport={self.host.port}\n{routes}",
            outbound, connection__ini=ESMTP, **files)

    def send(self, service, *recipients, mail="", sender="anna@example.org", text=MESSAGE):
        """Recipients are addresses, each with its parameters behind it."""
        with service.raw() as client:
            client.reply()
            self.assertRegex(client.say("EHLO client.example"), r"(?m)^250[- ]DSN$")
            self.assertRegex(client.say(f"MAIL FROM:<{sender}>{mail}"), "^250")
            for recipient in recipients:
                address, _, parameters = recipient.partition(" ")
                self.assertRegex(client.say(f"RCPT TO:<{address}> {parameters}".rstrip()), "^250")
            client.say("DATA")
            self.assertRegex(client.say(text + b".\r\n"), "^250")

    def report(self, count=1):
        """The last of so many reports."""
        return Report(self, self.sink.wait(count)[count - 1])

    def nothing_more(self, service, count=0):
        """All that was queued is done with, and there were no more reports."""
        wait_for(lambda: rows(service, "SELECT count(*) FROM message") == [(0,)], "an empty queue")
        self.assertEqual(len(self.sink.mails), count)

    def test_a_failure_tells_each_field(self):
        def answer(line):
            return "550-5.1.1 No such\r\n550 5.1.1 user" if line.startswith("RCPT TO:<b@") else None

        service = self.relay(answer)
        self.send(
            service, "b@x.example NOTIFY=FAILURE ORCPT=rfc822;bob+2B@x.example", "c@x.example",
            mail=" RET=HDRS ENVID=QQ+2B314")
        report = self.report()
        self.assertEqual(report.envelope, ("<>", ["<anna@example.org>"]))
        self.assertEqual(report.message["To"], "anna@example.org")
        self.assertEqual(report.message["From"], "Mail Delivery System <MAILER-DAEMON@mail.example.com>")
        self.assertEqual(report.message["In-Reply-To"], "<m1@client.example>")
        self.assertEqual(report.message["References"], "<m1@client.example>")
        self.assertRegex(report.message["Message-ID"], r"^<[^@<>]+@mail\.example\.com>$")
        self.assertLess(abs(email.utils.parsedate_to_datetime(report.message["Date"]).timestamp() - time.time()), 60)
        self.assertEqual(report.about["Original-Envelope-Id"], "QQ+314")
        recipient, = report.recipients
        self.assertEqual(recipient["Original-Recipient"], "rfc822; bob+@x.example")
        self.assertEqual(recipient["Final-Recipient"], "rfc822; b@x.example")
        self.assertEqual((recipient["Action"], recipient["Status"]), ("failed", "5.1.1"))
        self.assertRegex(recipient["Remote-MTA"], r"^dns; \[?127\.0\.0\.1\]?$")
        self.assertRegex(re.sub(r"\s+", " ", recipient["Diagnostic-Code"]), "^smtp; 550-5.1.1 No such 550 5.1.1 user$")
        self.assertIsNone(recipient["Will-Retry-Until"])
        self.assertEqual(report.returned.get_content_type(), "text/rfc822-headers")
        self.assertIn("Subject: =?UTF-8?Q?L=C3=BCnch?=", report.returned.get_payload())
        self.assertIn("There is no such mailbox at x.example.", report.text())
        self.nothing_more(service, 1)

    def test_ret_full_brings_the_whole_message_back_and_hdrs_its_header(self):
        service = self.relay(lambda line: "550 5.1.1 no" if line.startswith("RCPT") else None)
        for count, (mail, kind) in enumerate((
                (" RET=FULL", "message/rfc822"), (" RET=HDRS", "text/rfc822-headers"), ("", "text/rfc822-headers")), 1):
            self.send(service, "b@x.example", mail=mail)
            report = self.report(count)
            self.assertEqual(report.returned.get_content_type(), kind)
            self.assertEqual(b"At noon?" in report.raw, kind == "message/rfc822")
            self.assertIsNone(report.about["Original-Envelope-Id"])

    def test_success_is_told_where_the_host_will_not_do_it(self):
        service = self.relay()
        self.send(service, "b@x.example NOTIFY=SUCCESS ORCPT=rfc822;b@x.example", "c@x.example", mail=" ENVID=E1")
        report = self.report()
        recipient, = report.recipients
        self.assertEqual((recipient["Action"], recipient["Status"]), ("relayed", "2.0.0"))
        self.assertEqual(recipient["Final-Recipient"], "rfc822; b@x.example")
        self.assertIn("250 2.0.0 taken", recipient["Diagnostic-Code"])
        self.assertEqual(report.about["Original-Envelope-Id"], "E1")
        self.assertIn("Passed on", report.message["Subject"])
        # RFC 3461 §4.3: RET is about failures.
        self.assertEqual(report.returned.get_content_type(), "text/rfc822-headers")
        self.nothing_more(service, 1)

    def test_a_host_that_knows_dsn_is_asked_to_report_itself(self):
        said = []
        service = self.relay(said.append, extensions=("PIPELINING", "8BITMIME", "DSN"))
        self.send(
            service, "b@x.example NOTIFY=SUCCESS,DELAY ORCPT=rfc822;o@x.example", "c@x.example NOTIFY=NEVER",
            mail=" RET=FULL ENVID=E+2B1")
        self.host.wait(1)
        self.nothing_more(service)
        self.assertIn("MAIL FROM:<anna@example.org> RET=FULL ENVID=E+2B1", [re.sub(" (SIZE|BODY)=\\S+", "", it) for it in said])
        self.assertIn("RCPT TO:<b@x.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;o@x.example", said)
        self.assertIn("RCPT TO:<c@x.example> NOTIFY=NEVER", said)

    def test_what_lmtp_has_delivered_is_told_as_delivered(self):
        service = self.relay()
        box = LMTPBox()
        self.addCleanup(box.close)
        service.write("outbound.routes.ini", (
            f"[example.org]\nhost=127.0.0.1\nport={self.sink.port}\n"
            f"[any]\nhost=127.0.0.1\nport={box.port}\nlmtp=true\n"))
        service.wait_log("applied=config/outbound.routes.ini")
        self.send(service, "b@x.example NOTIFY=SUCCESS,FAILURE")
        report = self.report()
        recipient, = report.recipients
        self.assertEqual((recipient["Action"], recipient["Status"]), ("delivered", "2.1.5"))
        self.assertIn("It lies in the mailbox", report.text())

    def test_a_delay_is_told_once_over_a_restart_and_the_end_as_well(self):
        service = self.relay(
            lambda line: "451 4.7.1 greylisted" if line.startswith("RCPT") else None,
            "delay_notice=2s\ntemp_fail_intervals=5s*3\n")
        self.send(service, "b@x.example", "c@x.example NOTIFY=FAILURE")
        report = self.report()
        recipient, = report.recipients
        self.assertEqual(recipient["Final-Recipient"], "rfc822; b@x.example")
        self.assertEqual((recipient["Action"], recipient["Status"]), ("delayed", "4.7.1"))
        self.assertRegex(recipient["Will-Retry-Until"], DATE)
        self.assertIn("please do not send it again", report.text())
        name, = {name for (name,) in rows(service, "SELECT name FROM message WHERE sender <> ''")}
        # What is under way at a kill may come twice.
        wait_for(lambda: rows(service, "SELECT count(*) FROM message WHERE sender = ''") == [(0,)], "the report to be written off")
        service.kill()
        service.start()
        wait_for(lambda: rows(service, "SELECT count(*) FROM message") == [(0,)], "an empty queue")
        told = [
            (recipient["Action"], recipient["Final-Recipient"])
            for mail in self.sink.mails for recipient in Report(self, mail).recipients]
        self.assertEqual(sorted(told), [
            ("delayed", "rfc822; b@x.example"), ("failed", "rfc822; b@x.example"), ("failed", "rfc822; c@x.example")])
        # The queue tool knows of it as well, from the log.
        why = self.haraka_why(service, name)
        self.assertIn("bounced to=b@x.example", why)
        self.assertRegex(why, r"report uuid=\S+ to=anna@example\.org kind=delay")

    def haraka_why(self, service, name):
        done = haraka("queue", "why", name, "-c", service.directory, check=False)
        self.assertEqual(done.returncode, 1)
        return done.stdout + done.stderr

    def test_delays_are_not_told_where_that_is_switched_off(self):
        service = self.relay(
            lambda line: "451 4.7.1 greylisted" if line.startswith("RCPT") else None,
            "delay_notice=none\ntemp_fail_intervals=5s*1\n")
        self.send(service, "b@x.example NOTIFY=DELAY")
        service.wait_log(r"bounced to=b@x\.example")
        self.nothing_more(service)

    def test_never_a_report_about_a_report(self):
        service = self.relay(lambda line: "550 5.1.1 no" if line.startswith("RCPT") else None)
        self.send(service, "b@x.example", sender="")
        text = b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x--\r\n"
        self.send(service, "c@x.example", text=text)
        service.wait_log(r"bounced to=b@x\.example")
        service.wait_log(r"bounced to=c@x\.example")
        self.nothing_more(service)

    def test_harakas_templates_speak_for_us(self):
        service = self.relay(lambda line: "550 5.1.1 <no> & none" if line.startswith("RCPT") else None)
        service.write("outbound.bounce_message", (
            "From: MAILER-DAEMON@{me}\nTo: {from}\nSubject: failure notice: {subject}\nX-Pid: {pid}\nMessage-Id: {msgid}\n\n"
            "This is {me} on {date}.\nTo {to}, of {recipients}:\n{reason}\n{extended_reason}\n{unknown}\n"))
        service.write("outbound.bounce_message_html", "<p>{reason}</p>\n<img src=\"cid:logo\">\n")
        service.write("outbound.bounce_message_image", (
            "Content-Type: image/gif\nContent-Transfer-Encoding: base64\nContent-ID: <logo>\n\nR0lGODlhAQABAAAAACw=\n"))
        service.wait_log("applied=config/outbound.bounce_message_image")
        self.send(service, "b@x.example")
        report = self.report()
        self.assertEqual(str(report.message["From"]), "MAILER-DAEMON@mail.example.com")
        self.assertEqual(report.message["X-Pid"], str(service.process.pid))
        self.assertEqual(
            str(email.header.make_header(email.header.decode_header(report.message["Subject"]))), "failure notice: L\u00fcnch")
        text = report.text()
        self.assertIn("This is mail.example.com on ", text)
        self.assertIn("To <b@x.example>, of <b@x.example>:", text)
        self.assertIn("said: 550 5.1.1 <no> & none", text)
        self.assertIn("{unknown}", text)
        self.assertEqual(report.words.get_content_type(), "multipart/related")
        choice, image = report.words.get_payload()
        self.assertEqual(image.get_payload(decode=True)[:3], b"GIF")
        html = choice.get_payload()[1].get_payload(decode=True).decode()
        self.assertIn("said: 550 5.1.1 &lt;no&gt; &amp; none", html)
        service.wait_log(r"unknown\} is no variable")

    def test_without_dsn_offered_failures_come_back_all_the_same(self):
        service = self.relay(lambda line: "550 5.1.1 no" if line.startswith("RCPT") else None)
        service.write("connection.ini", "\n")
        service.wait_log("applied=config/connection.ini")
        with service.raw() as client:
            client.reply()
            self.assertNotRegex(client.say("EHLO client.example"), r"(?m)^250[- ]DSN$")
            self.assertRegex(client.say("MAIL FROM:<anna@example.org> RET=FULL"), "^5")
        service.send(to="b@x.example", sender="anna@example.org", text=MESSAGE)
        self.assertEqual(self.report().recipients[0]["Action"], "failed")


class LMTPBox:
    """A mailbox that speaks LMTP and takes everything."""

    def __init__(self):
        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                count = 0
                self.wfile.write(b"220 box.example LMTP\r\n")
                for line in self.rfile:
                    verb = line.split()[0].upper()
                    if verb == b"LHLO":
                        self.wfile.write(b"250-box.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n")
                    elif verb == b"RCPT":
                        count += 1
                        self.wfile.write(b"250 2.1.5 ok\r\n")
                    elif verb == b"DATA":
                        self.wfile.write(b"354 go on\r\n")
                        while self.rfile.readline() not in (b".\r\n", b""):
                            pass
                        self.wfile.write(b"250 2.1.5 in the box\r\n" * count)
                        count = 0
                    elif verb == b"QUIT":
                        self.wfile.write(b"221 2.0.0 bye\r\n")
                        return
                    else:
                        self.wfile.write(b"250 2.0.0 ok\r\n")

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


if __name__ == "__main__":
    unittest.main()
