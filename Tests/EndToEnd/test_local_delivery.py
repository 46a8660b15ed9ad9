"""Queued mail of the server's own domains goes to its own queue plugins, and nowhere else."""
import unittest

from cases import RelayCase
from service import wait_for


class LocalDeliveryTests(RelayCase):
    def start(self, answer=lambda line: None, outbound=""):
        self.host = self.receiver(answer)
        return self.service(f"[any]\nhost=127.0.0.1\nport={self.host.port}\n", outbound)

    def mailbox(self, service, count=1, user="user"):
        wait_for(lambda: len(service.mails(user)) >= count, f"{count} mails in {user}'s mailbox")
        return [path.read_bytes() for path in service.mails(user)]

    def test_a_message_for_people_here_and_elsewhere_reaches_all_of_them(self):
        service = self.start()
        text = b"Subject: lunch\r\n\r\nnoon\r\n.dot\r\n"
        with service.smtp() as client:
            client.sendmail("user@example.com", ["user@example.com", "b@elsewhere.example"], text)
        mail, = self.host.wait(1)
        self.assertEqual(mail.recipients, ["<b@elsewhere.example>"])
        local, = self.mailbox(service)
        self.assertTrue(local.startswith(b"Return-Path: <user@example.com>\r\nDelivered-To: user@example.com\r\n"))
        self.assertTrue(local.endswith(text))
        service.wait_log(r"delivered to=user@example\.com .*host=queue/maildir")

    def test_a_report_comes_back_to_a_sender_of_ours(self):
        service = self.start(lambda line: "550 5.1.1 no such user here" if line.startswith("RCPT TO:<b@") else None)
        service.send(to="b@elsewhere.example", sender="user@example.com")
        report, = self.mailbox(service)
        self.assertIn(b"Return-Path: <>\r\n", report)
        self.assertIn(b"no such user here", report)
        self.assertEqual(self.host.mails, [])

    def test_a_big_message_arrives_whole(self):
        service = self.start()
        text = b"Subject: big\r\n\r\n" + b"".join(b"%07d %s\r\n" % (at, b"x" * 60) for at in range(60_000))
        with service.smtp() as client:
            client.sendmail("user@example.com", ["user@example.com", "b@elsewhere.example"], text)
        local, = self.mailbox(service)
        self.assertTrue(local.endswith(text))

    def test_a_report_to_somebody_who_is_not_here_ends(self):
        service = self.start(lambda line: "550 5.1.1 no such user here" if line.startswith("RCPT TO:<b@") else None)
        service.send(to="b@elsewhere.example", sender="nobody@example.com")
        service.wait_log(r"bounced to=nobody@example\.com from=\"\" host=queue/maildir .*No mailbox here by that name")
        self.assertEqual(self.host.mails, [])

    def test_a_mailbox_that_cannot_be_written_is_tried_again(self):
        service = self.start(outbound="disabled=true\n")
        with service.smtp() as client:
            client.sendmail("user@example.com", ["user@example.com", "b@elsewhere.example"], b"Subject: x\r\n\r\nx\r\n")
        folder = service.directory / "mail/user/tmp"
        folder.rename(folder.with_name("gone"))
        folder.write_text("in the way")
        service.write("outbound.ini", "temp_fail_intervals=5s*9\n")
        service.wait_log(r"deferred to=user@example\.com .*host=queue/maildir .*mailbox cannot be written now")
        folder.unlink()
        folder.with_name("gone").rename(folder)
        self.mailbox(service)
        self.assertEqual(len(self.host.wait(1)), 1)


if __name__ == "__main__":
    unittest.main()
