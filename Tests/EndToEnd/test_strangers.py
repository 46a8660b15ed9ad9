"""What a fresh install does with mail that isn't its own, and with names that try to leave their folder."""
import os
import random
import string
import unittest

from service import Service

HOSTILE = [
    "../../x", "..", ".", "../../../../etc/passwd", "/etc/passwd", "a/b", "a/../b", "./x", "x/.", "cur", "new", "tmp",
    "new/../../x", "..%2f..%2fx", "%2e%2e", "~root", "-rf", "*", "?", "a\\b", "x\ty", "UPPER", "\u00c4rger", "\u212a",
    ".hidden", "x.", "a b", "\"", "x" * 64, "con", "\u202e", "x@y",
]


def tree(folder):
    return {os.path.relpath(os.path.join(root, name), folder) for root, dirs, files in os.walk(folder)
            for name in dirs + files}


def quoted(local):
    return '"' + local.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Foreign(unittest.TestCase):
    def test_a_foreign_recipient_is_refused_whatever_is_forged(self):
        with Service() as service:
            for helo in ("client.example", "mail.example.com", "localhost", "[127.0.0.1]"):
                for sender in ("me@example.org", "user@example.com", ""):
                    for recipient in (
                        "x@example.org", "@example.com:x@example.org", "x%example.org@other.example",
                        '"x@example.org"@other.example', "x@[127.0.0.1]", "x@example.com.example.org", "x@sub.example.com",
                        "example.org!x@other.example",
                    ):
                        with service.raw() as client:
                            client.reply()
                            client.say(f"EHLO {helo}")
                            client.say(f"MAIL FROM:<{sender}>")
                            reply = client.say(f"RCPT TO:<{recipient}>")
                            self.assertRegex(reply, "^55", (helo, sender, recipient))
                            self.assertRegex(client.say("DATA"), "^5")

    def test_a_percent_hack_at_our_own_domain_is_an_unknown_user(self):
        with Service() as service, service.raw() as client:
            self.assertRegex(client.envelope(to="x%example.org@example.com"), "^550 5.1.1")


class Names(unittest.TestCase):
    def test_hostile_local_parts_create_nothing_outside(self):
        service = Service(maildir__ini="create=true\n")
        with service:
            outside = tree(service.folder) - {
                p for p in tree(service.folder) if p.startswith("service/mail") or p.startswith("service/log")}
            for local in HOSTILE:
                with service.raw() as client:
                    client.reply()
                    client.say("EHLO client.example")
                    client.say("MAIL FROM:<me@example.org> SMTPUTF8")
                    reply = client.say(f"RCPT TO:<{quoted(local)}@example.com>")
                    self.assertIsNotNone(reply, local)
                    if reply.startswith("250"):
                        self.assertTrue(client.say("DATA").startswith("354"))
                        self.assertRegex(client.say(b"Subject: x\r\n\r\nx\r\n.\r\n"), "^[245]")
            after = {p for p in tree(service.folder)
                     if not p.startswith("service/mail") and not p.startswith("service/log")}
            self.assertEqual(after, outside)
            for name in os.listdir(service.directory / "mail"):
                self.assertRegex(name, r"^(?!\.)([a-z0-9._-]|%[0-9A-F]{2})+$")
            service.send()

    def test_random_users_are_unknown_and_create_nothing(self):
        dice = random.Random(1)
        letters = string.ascii_letters + string.digits + "!#$%&'*+-/=?^_`{|}~."
        with Service(connection__ini="[max]\nerrors=1000000\n") as service:
            before = tree(service.directory / "mail")
            with service.raw() as client:
                client.reply()
                client.say("EHLO client.example")
                client.say("MAIL FROM:<me@example.org>")
                refused = 0
                for start in range(0, 10_000, 500):
                    names = ["".join(dice.choices(letters, k=dice.randint(1, 40))) for _ in range(500)]
                    client.socket.sendall(
                        b"".join(f"RCPT TO:<{quoted(name)}@example.com>\r\n".encode() for name in names))
                    for name in names:
                        reply = client.reply()
                        self.assertRegex(reply, "^550 5.1.1", name)
                        refused += 1
                self.assertEqual(refused, 10_000)
            self.assertEqual(tree(service.directory / "mail"), before)


if __name__ == "__main__":
    unittest.main()
