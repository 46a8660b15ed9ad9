"""Deliveries that fail in twenty ways: `haraka queue why` names the cause, what is next, and a command that works."""
import json
import subprocess
import unittest

from cases import RelayCase
from nameserver import UNBOUND, NameServer
from service import HARAKA, haraka, wait_for

# By the domain's first word: what the host says to RCPT, and the cause that it is.
REPLIES = {
    "grey": ("451 4.7.1 Greylisted, see http://postgrey.example", "greylisted"),
    "full": ("452 4.2.2 The mailbox is over quota", "mailboxFull"),
    "fast": ("450 4.7.28 You send too many messages", "rateLimited"),
    "nospace": ("452 4.3.1 Insufficient system storage", "hostFull"),
    "busy": ("451 4.3.2 Please try again", "busy"),
    "list": ("450 4.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org", "blocked"),
    "spf": ("451 4.7.23 SPF can't be checked", "unproven"),
    "later": ("451 4.0.0 Not now", "later"),
    "nobody": ("550 5.1.1 No such user", "noSuchMailbox"),
    "off": ("550 5.2.1 The account is disabled", "mailboxOff"),
    "policy": ("550 5.7.1 Not from you", "refused"),
    "hops": ("554 5.4.6 Too many hops", "loop"),
    "big": ("552 5.3.4 The message is too big", "tooBig"),
    "login": ("530 5.7.0 Authentication required", "tlsDemanded"),
}


@unittest.skipUnless(UNBOUND, "unbound is not installed")
class QueueCauseTests(RelayCase):
    def answer(self, line):
        if line.startswith("RCPT TO:<"):
            return REPLIES[line.split("@")[1].split(".")[0]][0]
        return None

    def test_each_cause_is_named_with_a_command_that_works(self):
        host = self.receiver(self.answer)
        # Others fail before there is a recipient.
        mute = self.receiver(lambda line: False)
        odd = self.receiver(lambda line: "hello" if line == "" else None)
        halfway = self.receiver(
            lambda line: "220 go on" if line == "STARTTLS" else None, extensions=("PIPELINING", "STARTTLS"))
        small = self.receiver(extensions=("PIPELINING", "SIZE 10"))
        plain = self.receiver()
        hosts = {
            "dead": (1, "", "notReached"), "mute": (mute.port, "", "lost"), "odd": (odd.port, "", "notSMTP"),
            "notls": (plain.port, "tls=required\n", "tlsMissing"), "badtls": (halfway.port, "tls=required\n", "tlsFailed"),
            "noauth": (plain.port, "user=me\npassword=secret\n", "authInClear"), "small": (small.port, "", "tooBig"),
        }
        causes = {word: cause for word, (_, cause) in REPLIES.items()}
        causes |= {word: cause for word, (_, _, cause) in hosts.items()}
        causes |= {"null": "nullMX", "gone": "noSuchDomain", "lost": "noAddress", "self": "loop", "nodns": "noAnswerFromDNS"}
        names = NameServer(
            "null.example. MX 0 .", "lost.example. MX 10 nowhere.example.", "self.example. MX 10 mail.example.com.")
        self.addCleanup(names.close)
        routes = "".join(f"[{word}.example]\nhost=127.0.0.1\nport={host.port}\n" for word in REPLIES)
        routes += "".join(
            f"[{word}.example]\nhost=127.0.0.1\nport={port}\n{more}" for word, (port, more, _) in hosts.items())
        service = self.service(
            routes, "temp_fail_intervals=1h*5\nconnect_timeout=5\n",
            dns__ini=f"forwarders=127.0.0.1@{names.port}\nvalidate=false\n")
        addresses = {f"b@{word}.example": cause for word, cause in causes.items() if word != "nodns"}
        # The name server forwards all but example. to where nobody answers.
        addresses["b@nodns.invalid-zone.org"] = "noAnswerFromDNS"
        self.assertGreaterEqual(len(set(addresses.values())), 20)
        with service.smtp() as client:
            client.sendmail("", list(addresses), b"Subject: x\r\n\r\nhello\r\n")
        name = wait_for(lambda: self.name(service), "the queue")
        wait_for(lambda: all(it["attempts"] for it in self.why(service, name)["recipients"]), "an attempt for each", 60)
        found = self.why(service, name)["recipients"]
        self.assertEqual({it["recipient"]: it["cause"] for it in found}, addresses)
        for recipient in found:
            with self.subTest(recipient=recipient["recipient"]):
                self.assertTrue(recipient["explanation"].endswith("."))
                if recipient["state"] == "waiting":
                    self.assertRegex(recipient["next"], r"^It is tried next .* in (59|6\d) minutes\. If all fails it is given up ")
                    self.assertIsNotNone(recipient["given_up"])
                else:
                    self.assertEqual(recipient["next"], "It is given up, and not tried any more.")
                self.assertTrue(recipient["commands"])
                for command in recipient["commands"]:
                    self.assert_works(command)
        # What helps against TLS that fails really does.
        remedy = next(it for it in found if it["recipient"] == "b@notls.example")["commands"][0]
        subprocess.run(remedy, shell=True, check=True)
        service.wait_log("applied=config/outbound.routes.ini")
        haraka("queue", "retry", "--domain", "notls.example", "-c", service.directory)
        self.assertEqual(plain.wait(1, 40)[0].recipients, ["<b@notls.example>"])

    def assert_works(self, command):
        """It is what a shell can run, and ours can be asked for help with the very words."""
        subprocess.run(["sh", "-n", "-c", command], check=True)
        if command.startswith("haraka queue cat"):
            return
        if command.startswith(("haraka queue retry", "haraka queue flush", "haraka log")):
            done = subprocess.run(["sh", "-c", command.replace("haraka", str(HARAKA), 1)], capture_output=True, text=True)
            self.assertIn(done.returncode, (0, 1), command + done.stderr)
        self.assertRegex(command, "^(haraka|dig|openssl|sed|printf|echo) ")

    def name(self, service):
        done = haraka("queue", "list", "--json", "-c", service.directory, check=False)
        return json.loads(done.stdout.splitlines()[0])["name"] if done.returncode == 0 else None

    def why(self, service, name):
        return json.loads(haraka("queue", "why", name, "--json", "-c", service.directory).stdout)


if __name__ == "__main__":
    unittest.main()
