"""haraka check, -o, log: what is wrong, who runs when, and who refused."""
import os
import re
import unittest

from service import Service, haraka, wait_for
from test_dropped_in import compile_c

REFUSE = r"""
#include "haraka_plugin_c.h"
#define CALL(X) X(U, call)
HK_HOOK(refuse, CALL) { return hk_deny(call, %d, "5.7.1", "because of %s"); }
HK_PLUGIN("org.example.refuser", "1.0", HK_PF_RELOADABLE, HK_ON("%s", refuse, HK_HF_INLINE))
"""


class Check(unittest.TestCase):
    def setUp(self):
        self.service = Service()
        self.addCleanup(self.service.close)

    def check(self, *more):
        return haraka("check", "-c", self.service.directory, *more, check=False)

    def test_a_fresh_directory_is_good(self):
        done = self.check()
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_a_misspelt_key_names_the_nearest(self):
        self.service.write("smtp.ini", "listen=127.0.0.1:0\ninactivity_timout=30\n")
        done = self.check()
        self.assertRegex(done.stdout, r"warning: config/smtp.ini:2: .*inactivity_timout.*did you mean inactivity_timeout")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(self.check("--strict").returncode, 1)

    def test_a_missing_plugin_names_its_line(self):
        self.service.write("plugins", "rcpt_to.in_host_list\nqueue/maildri\n")
        done = self.check()
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"error: config/plugins:2: .*queue/maildri")

    def test_a_javascript_plugin_gets_a_sentence_that_says_what_to_do(self):
        self.service.write("plugins", "rcpt_to.in_host_list\nspamassassin\nqueue/maildir\n")
        done = self.check()
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"config/plugins:2: .*JavaScript.*haraka-plugin new spamassassin")

    def test_a_world_writable_so_comes_with_the_chmod(self):
        target = self.service.directory / "plugins/loose.so"
        compile_c(REFUSE % (550, "x", "mail"), target)
        target.chmod(0o777)
        self.service.write("plugins", "loose\nqueue/maildir\n")
        done = self.check()
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, rf"chmod go-w .*loose.so")

    def test_an_open_relay_is_an_error(self):
        self.service.write("plugins", "relay\nrcpt_to.in_host_list\nqueue/maildir\n")
        self.service.write("relay.ini", "[relay]\nall=true\n")
        done = self.check()
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"config/relay.ini:2: .*open relay")

    def test_a_readable_secret_comes_with_the_chmod(self):
        self.service.write("internalcmd_key", "secret\n")
        done = self.check()
        self.assertRegex(done.stdout, r"internalcmd_key.*chmod")

    def test_a_bad_value_refuses_the_start(self):
        self.service.write("connection.ini", "[max]\nbytes=lots\n")
        done = haraka("-c", self.service.directory, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("config/connection.ini:2: ", done.stdout + done.stderr)


class Help(unittest.TestCase):
    """Every command that a help text prints works."""

    def shown(self, *words):
        done = haraka(*words, check=False)
        self.assertEqual(done.returncode, 0, f"haraka {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def commands(self):
        """All that there are, as words, and what `--help` says of each."""
        found = {}
        waiting = [()]
        while waiting:
            words = waiting.pop()
            text = self.shown("help") if not words else self.shown(*words, "--help")
            found[words] = text
            part = text.partition("SUBCOMMANDS:\n")[2].partition("\n\n")[0]
            waiting += [(*words, name) for name in re.findall(r"^  (\w[\w-]*)", part, re.MULTILINE)]
        return found

    def test_each_command_tells_what_it_takes(self):
        commands = self.commands()
        self.assertGreater(len(commands), 25)
        for words, text in commands.items():
            if not words:
                continue
            with self.subTest(words=words):
                self.assertIn("USAGE: haraka " + " ".join(words), text)
                self.assertEqual(self.shown(*words, "-h"), text)
                # What is a page as well is shown as the page.
                if words not in (("tls",), ("queue",)):
                    self.assertEqual(self.shown("help", *words), text)

    def test_each_command_that_a_help_text_names_works(self):
        for words, text in self.commands().items():
            part = text.partition("SUBCOMMANDS:\n")[2].partition("\n\n")[0]
            names = re.findall(r"^  (\w[\w-]*)", part, re.MULTILINE)
            for named in re.findall(r"See 'haraka (.*?)'", text):
                for name in names:
                    with self.subTest(words=words, named=named, name=name):
                        self.shown(*named.replace("<subcommand>", name).split())

    def test_what_wrong_usage_points_to_works(self):
        for words in ("check", "queue bogus", "queue retry", "tls add", "queue redirect 1 -c .", "log", "scaffold"):
            done = haraka(*words.split(), check=False)
            with self.subTest(words=words):
                self.assertNotEqual(done.returncode, 0)
                for named in re.findall(r"See 'haraka (.*?)'", done.stderr):
                    self.shown(*named.split())

    def test_the_lines_of_the_summary_are_commands(self):
        usage = self.shown("help").partition("USAGE: ")[2].partition("\n\n")[0]
        lines = re.findall(r"^ *haraka (\w\S*(?: \w\S*)?)", usage, re.MULTILINE)
        self.assertGreater(len(lines), 8)
        for line in lines:
            first, _, second = line.partition(" ")
            for name in second.split("|") if second.islower() else [""]:
                with self.subTest(line=line, name=name):
                    self.shown("help", *filter(None, (first, name)))

    def test_pages_and_what_is_neither(self):
        self.assertTrue(self.shown("help", "queue").startswith("# The queue"))
        for words in ("nothing", "queue nothing", "nothing at all"):
            self.assertNotEqual(haraka("help", *words.split(), check=False).returncode, 0)


class Order(unittest.TestCase):
    def test_the_order_table_names_hooks_plugins_and_priorities(self):
        service = Service()
        self.addCleanup(service.close)
        table = haraka("-o", "-c", service.directory).stdout
        self.assertRegex(table.splitlines()[0], "^Hook +Order +Plugin +Function +Priority +Timeout")
        self.assertRegex(table, r"(?m)^rcpt +1 +rcpt_to.in_host_list ")
        self.assertRegex(table, r"(?m)^queue +1 +queue/maildir ")


class Log(unittest.TestCase):
    def refusal(self, hook, provoke, code=550):
        service = Service(plugins=["refuser", "rcpt_to.in_host_list", "queue/maildir"])
        try:
            compile_c(REFUSE % (code, hook, hook), service.directory / "plugins/refuser.so")
            service.start()
            with service.raw() as client:
                greeting = client.reply()
                reply = provoke(client, greeting)
            self.assertIn(f"because of {hook}", reply)
            life = wait_for(
                lambda: haraka("log", "127.0.0.1", "-c", service.directory, check=False).stdout, "log lines")
            line = next((l for l in life.splitlines() if f"because of {hook}" in l), None)
            self.assertIsNotNone(line, life)
            for word in (f"hook={hook}", "plugin=refuser", "verdict=DENY", f"code={code}"):
                self.assertIn(word, line)
        finally:
            service.close()

    def test_each_hook_that_can_refuse_is_named_with_its_plugin(self):
        def say(*lines):
            def provoke(client, greeting):
                reply = greeting
                for line in lines:
                    reply = client.say(line)
                return reply
            return provoke
        envelope = ("EHLO client.example", "MAIL FROM:<me@example.org>", "RCPT TO:<user@example.com>")
        message = b"Subject: x\r\n\r\nx\r\n.\r\n"
        for hook, provoke, code in (
            ("lookup_rdns", say(), 554),
            ("connect", say(), 554),
            ("helo", say("HELO client.example"), 550),
            ("ehlo", say("EHLO client.example"), 550),
            ("unrecognized_command", say("EHLO client.example", "XYZZY"), 500),
            ("vrfy", say("EHLO client.example", "VRFY user"), 550),
            ("noop", say("NOOP"), 500),
            ("mail", say(*envelope[:2]), 550),
            ("rcpt", say(*envelope), 550),
            ("rcpt_ok", say(*envelope), 550),
            ("data", say(*envelope, "DATA"), 554),
            ("data_post", say(*envelope, "DATA", message), 550),
            ("queue", say(*envelope, "DATA", message), 550),
        ):
            with self.subTest(hook=hook):
                self.refusal(hook, provoke, code)


if __name__ == "__main__":
    unittest.main()
