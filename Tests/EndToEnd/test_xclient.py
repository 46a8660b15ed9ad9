"""XCLIENT: a trusted host in front of the server says for whom it speaks."""
import re
import unittest

from service import Service

LINE = "XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT"
PLUGINS = ["xclient", "rcpt_to.in_host_list", "queue/maildir"]


class XClientTests(unittest.TestCase):
    def service(self, **files):
        service = Service(plugins=PLUGINS, **files)
        self.addCleanup(service.close)
        return service.start()

    def client(self, service, hello=True):
        client = service.raw()
        self.addCleanup(client.close)
        self.assertRegex(client.reply(), r"^220 ")
        if hello:
            self.assertIn(LINE, client.say("EHLO proxy.example"))
        return client

    def test_mail_of_the_client_carries_its_name_and_the_log_too(self):
        service = self.service()
        client = self.client(service)
        reply = client.say("XCLIENT NAME=spike.example ADDR=198.51.100.9 PORT=4321 PROTO=ESMTP HELO=first.example")
        self.assertRegex(reply, r"^220 ")
        self.assertTrue(client.say("MAIL FROM:<a@example.org> BODY=8BITMIME").startswith("250"))
        self.assertTrue(client.say("RCPT TO:<user@example.com>").startswith("250"))
        self.assertTrue(client.say("DATA").startswith("354"))
        self.assertTrue(client.say(b"Subject: x\r\n\r\nhello\r\n.\r\n").startswith("250"))
        text = service.mails()[0].read_text()
        self.assertRegex(text, r"Received: from first\.example \(spike\.example \[198\.51\.100\.9\]\)")
        found = service.wait_log(r"\[([-0-9A-F]+)\] \[xclient\] client identified ip=127\.0\.0\.1 "
                                 r"client=198\.51\.100\.9 rdns=spike\.example auth=\"\" uuid=([-0-9A-F]+)")
        self.assertNotEqual(found.group(1), found.group(2))
        client.say("QUIT")
        service.wait_log(rf"\[{found.group(2)}\] \[core\] disconnect ip=198\.51\.100\.9 ")
        self.assertNotIn(f"[{found.group(1)}] [core] disconnect", service.log())

    def test_the_client_greets_anew_and_cannot_speak_for_others(self):
        client = self.client(self.service())
        self.assertRegex(client.say("XCLIENT ADDR=IPV6:2001:db8::1"), r"^220 ")
        self.assertTrue(client.say("MAIL FROM:<>").startswith("503"))
        self.assertNotIn("XCLIENT", client.say("EHLO client.example"))
        self.assertTrue(client.say("XCLIENT ADDR=127.0.0.1 LOGIN=root").startswith("550 5.7.0"))
        self.assertTrue(client.say("RCPT TO:<x@far.example>").startswith("503"))

    def test_a_host_may_speak_again_for_itself_and_for_others(self):
        client = self.client(self.service(), hello=False)
        for _ in range(50):
            self.assertRegex(client.say("XCLIENT ADDR=127.0.0.1"), r"^220 ")
        self.assertIn(LINE, client.say("EHLO proxy.example"))

    def test_login_may_send_anywhere(self):
        service = self.service()
        client = self.client(service)
        self.assertRegex(client.say("XCLIENT ADDR=198.51.100.9 LOGIN=Bob+40Example.com HELO=c PROTO=SMTP"), r"^220 ")
        self.assertTrue(client.say("MAIL FROM:<a@example.org>").startswith("250"))
        self.assertTrue(client.say("RCPT TO:<x@far.example>").startswith("250"))
        client.say("QUIT")
        service.wait_log(r"client identified .* auth=Bob@Example\.com ")

    def test_d18_destport_is_the_port_whose_rule_holds(self):
        client = self.client(self.service())
        self.assertRegex(client.say("XCLIENT ADDR=127.0.0.1 DESTPORT=587"), r"^220 ")
        client.say("EHLO client.example")
        self.assertTrue(client.say("MAIL FROM:<a@example.org>").startswith("530 5.7.0"))
        self.assertRegex(client.say("XCLIENT ADDR=127.0.0.1 DESTPORT=25"), r"^220 ")
        client.say("EHLO client.example")
        self.assertTrue(client.say("MAIL FROM:<a@example.org>").startswith("250"))

    def test_what_is_wrong_is_refused_and_changes_nothing(self):
        service = self.service()
        client = self.client(service)
        for argument, code in [
            ("", "501 5.5.4"), ("NAME=x", "501 5.5.4"), ("ADDR=[UNAVAILABLE]", "501 5.5.4"), ("ADDR=1.2.3", "501 5.5.4"),
            ("ADDR=192.0.2.1 LOGIN=a+0D+0Aforged", "501 5.5.4"), ("ADDR=192.0.2.1 X=1", "501 5.5.4"),
            ("ADDR=192.0.2.1 NAME=a+1Bb", "501 5.5.4"),
        ]:
            with self.subTest(argument=argument):
                self.assertTrue(client.say(f"XCLIENT {argument}").startswith(code))
        self.assertTrue(client.say("MAIL FROM:<a@example.org>").startswith("250"))
        self.assertTrue(client.say("XCLIENT ADDR=192.0.2.1").startswith("503 5.5.1"))
        self.assertTrue(client.say("RCPT TO:<user@example.com>").startswith("250"))
        client.say("QUIT")
        self.assertNotRegex(service.log(), r"client identified|\nforged")

    def test_commands_behind_it_are_heard_as_the_clients(self):
        client = self.client(self.service())
        client.socket.sendall(b"XCLIENT ADDR=198.51.100.9\r\nEHLO client.example\r\nXCLIENT ADDR=192.0.2.1\r\n")
        self.assertRegex(client.reply(), r"^220 ")
        self.assertNotIn("XCLIENT", client.reply())
        self.assertTrue(client.reply().startswith("550 5.7.0"))

    def test_without_the_capability_it_fails_and_the_log_says_why(self):
        service = self.service(plugins__ini="[xclient]\ncapabilities[]=relaying\n")
        client = self.client(service)
        self.assertRegex(client.say("XCLIENT ADDR=198.51.100.9"), r"^500 5\.5\.1 plugin failure")
        service.wait_log(r"HK_E_DENIED")

    def test_a_stranger_is_not_offered_it(self):
        # The proxy is a stranger as soon as it speaks for one, so one connection shows both.
        client = self.client(self.service(xclient__hosts="192.0.2.0/24\n"))
        self.assertRegex(client.say("XCLIENT ADDR=192.0.2.77"), r"^220 ")
        self.assertIn(LINE, client.say("EHLO listed.example"))
        self.assertRegex(client.say("XCLIENT ADDR=203.0.113.1"), r"^220 ")
        self.assertFalse(re.search("XCLIENT", client.say("EHLO other.example")))


if __name__ == "__main__":
    unittest.main()
