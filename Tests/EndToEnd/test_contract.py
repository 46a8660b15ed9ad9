"""Plugins that do what no plugin should, in C, Swift and Rust: the server answers, names them in its log, and goes on.

The plugins are those of Tests/Plugins; its README says what each mode does. HARAKA_CONTRACT_PLUGINS names the folder in
which they were built.
"""
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import sys
import unittest

from service import ROOT, Service, haraka, wait_for

PLUGINS = pathlib.Path(os.environ.get("HARAKA_CONTRACT_PLUGINS", ROOT / ".build/contract"))
TOOLCHAINS = {"c": "cc", "swift": "swift", "rust": "cargo"}
STALE = -3
INVALID = -2
MESSAGE = b"Subject: x\r\n\r\nhello\r\n.\r\n"
TIMED_OUT = r"\[contract\] contract timed out on hook rcpt after 1\.0 s"
RETURNED_0 = r"\[contract\] hook rcpt of contract returned 0; did you mean HK_V_CONT\?"
OUR_TIMEOUT = r"^450 4\.7\.1 plugin timeout$"
OUR_FAILURE = r"^450 4\.7\.1 plugin failure$"


def setUpModule():
    """Builds the plugins, unless the caller has."""
    if "HARAKA_CONTRACT_PLUGINS" not in os.environ:
        languages = [language for language, tool in TOOLCHAINS.items() if shutil.which(tool)]
        subprocess.run([ROOT / "Tests/Plugins/build", PLUGINS, *languages], check=True, timeout=1200)


def drop(source, service, name):
    """Puts a .so under another name into the service's plugins/, as a whole."""
    part = service.directory / f"plugins/.{name}.part"
    shutil.copyfile(source, part)
    part.chmod(0o755)
    part.rename(service.directory / f"plugins/{name}.so")


def plugins_ini(**settings):
    return "[contract]\n" + "".join(f"{key}={value}\n" for key, value in settings.items())


class ContractService(Service):
    """A service whose first plugin is `contract`, in one of its modes."""

    def __init__(self, language, mode, hook="rcpt", ms=200, **settings):
        super().__init__(
            plugins=["contract", "rcpt_to.in_host_list", "queue/maildir"], mailboxes=("user", "late", "written"))
        drop(PLUGINS / f"contract-{language}.so", self, "contract")
        self.be(mode, hook, ms)
        if settings:
            self.write("plugins.ini", plugins_ini(**settings))

    def be(self, mode, hook="rcpt", ms=200):
        self.write("contract.ini", f"mode={mode}\nhook={hook}\nms={ms}\n")

    def said(self, pattern):
        """How many lines of the log match."""
        return sum(1 for line in self.lines if re.search(pattern, line))

    def rcpt(self):
        """The reply to RCPT on a connection of its own."""
        with self.raw() as client:
            reply = client.envelope()
            assert client.say("QUIT").startswith("221")
            return reply


class ContractCase(unittest.TestCase):
    def running(self, language, mode, **settings):
        """A server with the plugin in that mode."""
        service = ContractService(language, mode, **settings)
        self.addCleanup(service.close)
        return service.start()

    def mend(self, service):
        """Gives the plugin another configuration while the server runs: a generation that behaves."""
        service.be("noop", ms=1)
        service.wait_log("plugin contract (replaced|has its new configuration)")

    def assert_goes_on(self, service, process):
        """The server is the same, serves the next connection, and delivers."""
        with service.raw() as client:
            self.assertRegex(client.reply(), "^220 ")
            self.assertRegex(client.say("EHLO client.example"), "^250[- ]")
            self.assertRegex(client.say("MAIL FROM:<me@example.org>"), "^250 ")
            self.assertRegex(client.say("QUIT"), "^221 ")
        self.mend(service)
        before = len(service.mails())
        service.send()
        self.assertEqual(len(service.mails()), before + 1)
        self.assertEqual(service.status().returncode, 0, service.status().stdout)
        self.assertTrue(service.alive(), service.log())
        self.assertEqual(service.process.pid, process)
        self.assertEqual(service.mails("late"), [])


class EachLanguage:
    """What holds in each language."""

    language = ""

    @classmethod
    def setUpClass(cls):
        tool = TOOLCHAINS[cls.language]
        if not (PLUGINS / f"contract-{cls.language}.so").exists():
            if shutil.which(tool):
                raise AssertionError(f"no contract-{cls.language}.so in {PLUGINS}: run Tests/Plugins/build {PLUGINS}")
            raise unittest.SkipTest(f"no {tool} here: the contract plugin in {cls.language} is not built")

    def meet(self, mode, reply, *logs, to="user@example.com", delivers=None, **settings):
        """One client meets the plugin, gets that reply to RCPT, and may go on; then the server does.

        :param delivers: whose Maildir has the message when the transaction is carried to its end.
        """
        service = self.running(self.language, mode, **settings)
        process = service.process.pid
        with service.raw() as client:
            self.assertRegex(client.envelope(to=to), reply)
            if delivers:
                self.assertRegex(client.say("DATA"), "^354 ")
                self.assertRegex(client.say(MESSAGE), "^250 2.0.0 ")
                self.assertEqual(len(service.mails(delivers)), 1)
            self.assertRegex(client.say("NOOP"), "^250 ")
            self.assertRegex(client.say("QUIT"), "^221 ")
        for pattern in logs:
            service.wait_log(pattern)
        self.assert_goes_on(service, process)
        return service

    def only(self, *languages):
        """Whether this language's plugin can say what the case asks for; see the table in Tests/Plugins/README.md."""
        return self.language in languages

    def told(self, what, status):
        return rf"\[contract\] contract: {what} {status}\b"

    def test_noop_has_no_opinion(self):
        self.meet("noop", "^250 ", delivers="user")

    def test_deny_uses_its_words(self):
        self.meet("deny", r"^550 5\.7\.1 contract says no$")

    def test_refuses_keeps_the_server_from_starting_with_its_sentence(self):
        self.assert_refused("refuses", "contract: refuses, as contract.ini says")

    def test_bad_signature_keeps_the_server_from_starting(self):
        self.assert_refused("bad_signature", "contract: bad signature")

    def assert_refused(self, mode, sentence):
        service = ContractService(self.language, mode)
        self.addCleanup(service.close)
        done = haraka("-c", service.directory, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(sentence, done.stdout + done.stderr)
        self.assertIn("plugin contract", done.stdout + done.stderr)
        service.write("smtp.ini", "listen=127.0.0.1:0\nignore_bad_plugins=true\n")
        service.start()
        service.wait_log(r"plugin left out.*plugin contract: .*" + re.escape(sentence))
        service.send()
        self.assertEqual(len(service.mails()), 1)
        self.assertTrue(service.alive())

    def test_slow_is_waited_for(self):
        logs = [self.told("complete", 0)] if self.only("c", "rust") else []
        service = self.meet("slow", "^250 ", *logs, delivers="user", timeout=20)
        self.assertEqual(service.said("timed out"), 0)

    def test_never_is_timed_out(self):
        logs = [self.told("cancelled", 2)] if self.only("c") else []
        self.meet("never", OUR_TIMEOUT, TIMED_OUT, *logs, timeout=1)

    def test_twice_the_first_verdict_counts(self):
        self.meet("twice", "^250 ", self.told("complete", 0), self.told("second", STALE), delivers="user")

    def test_early_a_completion_before_the_return_counts(self):
        service = self.meet("early", "^250 ", self.told("complete", 0), delivers="user")
        self.assertEqual(service.said("returned|timed out"), 0)

    def leave(self, mode, ends):
        """A client sends RCPT and leaves in that way before the answer."""
        service = self.running(self.language, mode, ms=500)
        process = service.process.pid
        with service.raw() as client:
            client.reply()
            client.say("EHLO client.example")
            client.say("MAIL FROM:<me@example.org>")
            client.socket.sendall(b"RCPT TO:<user@example.com>\r\n")
            ends(client, service)
        service.wait_log(r"\[core\] disconnect ip=127\.0\.0\.1 ")
        return service, process

    def test_after_disconnect_the_completion_is_stale(self):
        def reset(client, service):
            # A call that no thread has begun is taken back unseen.
            service.wait_log(self.told("asked", 0))
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        service, process = self.leave("after_disconnect", reset)
        if self.only("c", "rust"):
            service.wait_log(self.told("complete", STALE))
        if self.only("c"):
            service.wait_log(self.told("cancelled", 1))
        self.assert_goes_on(service, process)

    def test_a_client_that_only_stopped_sending_gets_its_answer(self):
        def stop_sending(client, _):
            client.socket.shutdown(socket.SHUT_WR)
            self.assertRegex(client.reply(), "^250 ")
        service, process = self.leave("slow", stop_sending)
        self.assert_goes_on(service, process)

    def test_late_write_touches_nothing(self):
        logs = [self.told("write", STALE)]
        if self.only("c", "rust"):
            logs.append(self.told("complete", STALE))
        self.meet("late_write", OUR_TIMEOUT, TIMED_OUT, *logs, ms=1500, timeout=1)

    def test_late_write_touches_no_transaction_that_went_on(self):
        service = self.running(self.language, "late_write", ms=1500, timeout=1, on_failure="continue")
        process = service.process.pid
        with service.raw() as client:
            self.assertRegex(client.envelope(), "^250 ")
            service.wait_log(self.told("write", STALE))
            self.assertRegex(client.say("DATA"), "^354 ")
            self.assertRegex(client.say(MESSAGE), "^250 2.0.0 ")
        self.assertEqual(len(service.mails()), 1)
        self.assert_goes_on(service, process)

    def test_write_counts_with_its_verdict(self):
        self.meet("write", "^250 ", delivers="written")

    def test_write_fails_leaves_nothing_written(self):
        service = self.meet("write_fails", "^250 ", delivers="user", on_failure="continue")
        self.assertEqual(service.mails("written"), [])

    def test_d6_throws_is_a_failure_with_a_line(self):
        line = (
            r"\[contract\] hook rcpt of contract returned 4711, which is no verdict" if self.only("c")
            else r"\[contract\] hook rcpt failed: .*thrown as told")
        self.meet("throws", OUR_FAILURE, line)

    def test_zero_is_asked_whether_it_meant_cont(self):
        self.meet("zero", OUR_FAILURE, RETURNED_0)

    def test_blocks_is_timed_out_and_holds_up_nobody(self):
        self.meet("blocks", OUR_TIMEOUT, TIMED_OUT, timeout=1)

    def test_huge_reply_never_reaches_the_client(self):
        if self.only("c"):
            self.meet("huge_reply", r"^550 5\.7\.1 recipient denied$", self.told("reply", INVALID))
        else:
            self.meet("huge_reply", OUR_FAILURE, RETURNED_0)

    def test_long_reply_reaches_the_client_whole(self):
        service = self.running(self.language, "long_reply")
        process = service.process.pid
        with service.raw() as client:
            lines = client.envelope().split("\n")
            self.assertEqual(len(lines), 64)
            for index, line in enumerate(lines):
                self.assertRegex(line, rf"^550{' ' if index == 63 else '-'}5\.7\.1 x+$")
                self.assertLessEqual(len(line), 510)
            self.assertEqual(sum(line.count("x") for line in lines), 64 * 480)
            self.assertRegex(client.say("NOOP"), "^250 ")
        self.assert_goes_on(service, process)

    def test_thrice_runs_by_priority(self):
        # Of a recipient of ours the one at 5 isn't asked: rcpt_to.in_host_list, at 0, has settled it.
        self.meet("thrice", r"^550 5\.7\.1 -5 0 5$", to="user@foreign.example")

    def test_leak_costs_only_the_call(self):
        service = self.running(self.language, "leak")
        process = service.process.pid
        for _ in range(50):
            self.assertRegex(service.rcpt(), "^250 ")
        service.wait_log(self.told("retain", 0))
        self.assert_goes_on(service, process)

    def test_a_constructor_does_not_find_itself_root(self):
        image = PLUGINS / f"notroot-{self.language}.so"
        if os.geteuid() == 0:
            done = subprocess.run([sys.executable, "-c", f"import ctypes; ctypes.CDLL({str(image)!r})"], timeout=60)
            self.assertLess(done.returncode, 0, "as root the constructor aborts, else this case proves nothing")
        service = Service(plugins=["notroot", "rcpt_to.in_host_list", "queue/maildir"])
        self.addCleanup(service.close)
        drop(image, service, "notroot")
        service.start()
        service.send()
        self.assertEqual(len(service.mails()), 1)


class InC(EachLanguage, ContractCase):
    language = "c"

    def test_a_hook_fails_with_the_words_of_its_own_command(self):
        """The greeting has no enhanced code. RFC 2034 §4"""
        for hook, reply in (("connect", "^421 plugin failure$"), ("mail", r"^450 4\.7\.1 plugin failure$")):
            with self.subTest(hook=hook):
                service = self.running("c", "zero", hook=hook)
                with service.raw() as client:
                    greeting = client.reply()
                    if hook == "mail":
                        client.say("EHLO client.example")
                    got = client.say("MAIL FROM:<me@example.org>") if hook == "mail" else greeting
                    self.assertRegex(got, reply)
                service.wait_log(rf"hook {hook} of contract returned 0; did you mean HK_V_CONT\?")
                self.mend(service)
                service.send()
                self.assertEqual(len(service.mails()), 1)

    def test_a_lane_that_is_blocked_whole_is_given_up_and_the_server_stops_all_the_same(self):
        service = self.running("c", "blocks", timeout=1, breaker=1000)
        process = service.process.pid
        clients = [service.raw() for _ in range(8)]
        try:
            for client in clients:
                client.reply()
                client.say("EHLO client.example")
                client.say("MAIL FROM:<me@example.org>")
                client.socket.sendall(b"RCPT TO:<user@example.com>\r\n")
            for client in clients:
                self.assertRegex(client.reply(), OUR_TIMEOUT)
        finally:
            for client in clients:
                client.close()
        service.wait_log(r"\[contract\] contract doesn't return from a call")
        self.assertRegex(service.rcpt(), OUR_FAILURE)
        wait_for(lambda: service.said(TIMED_OUT) >= 8, "eight timeouts")
        self.assertEqual(service.said(TIMED_OUT), 8)
        self.assert_goes_on(service, process)
        self.assertEqual(service.stop(), 0)


class InSwift(EachLanguage, ContractCase):
    language = "swift"

    def test_throws_late_is_a_failure_with_a_line(self):
        self.meet("throws_late", OUR_FAILURE, r"\[contract\] hook rcpt failed: .*thrown late")


class InRust(EachLanguage, ContractCase):
    language = "rust"


class Policies(ContractCase):
    """What the operator decides in plugins.ini, and Haraka's files of timeouts."""

    def assert_each_policy(self, mode, tempfail, deny, **settings):
        service = self.running("c", mode, on_failure="tempfail", **settings)
        process = service.process.pid
        self.assertRegex(service.rcpt(), tempfail)
        for policy, reply in (("continue", "^250 "), ("deny", deny)):
            seen = service.said("applied=\"?config/plugins.ini")
            service.write("plugins.ini", plugins_ini(on_failure=policy, **settings))
            wait_for(lambda: service.said("applied=\"?config/plugins.ini") > seen, f"the policy {policy}")
            with self.subTest(policy=policy):
                self.assertRegex(service.rcpt(), reply)
        self.assert_goes_on(service, process)

    def test_of_a_plugin_that_timed_out(self):
        self.assert_each_policy("never", OUR_TIMEOUT, r"^550 5\.7\.1 plugin timeout$", timeout=1)

    def test_of_a_plugin_that_returned_0(self):
        self.assert_each_policy("zero", OUR_FAILURE, r"^550 5\.7\.1 plugin failure$")

    def test_continue_still_asks_the_plugins_behind(self):
        service = self.running("c", "zero", on_failure="continue")
        with service.raw() as client:
            self.assertRegex(client.envelope(to="user@foreign.example"), "^550 ")
        service.send()
        self.assertEqual(len(service.mails()), 1)

    def test_the_breaker_opens_after_n_failures_and_is_said_once(self):
        service = self.running("c", "never", timeout=1, breaker=2)
        process = service.process.pid
        opened = r"\[contract\] hook rcpt of contract has failed too often in a row"
        for reply in (OUR_TIMEOUT, OUR_TIMEOUT, OUR_FAILURE, OUR_FAILURE, OUR_FAILURE):
            self.assertRegex(service.rcpt(), reply)
        service.wait_log(opened)
        # Cancelling and logging happen behind the reply.
        wait_for(lambda: service.said("contract: cancelled") >= 2 and service.said(TIMED_OUT) >= 2, "two timeouts")
        self.assertEqual(service.said(opened), 1)
        self.assertEqual(service.said(TIMED_OUT), 2)
        self.assertEqual(service.said("contract: cancelled"), 2, "an open breaker does not call the plugin")
        self.assert_goes_on(service, process)

    def test_what_another_hook_answers_keeps_no_breaker_shut(self):
        """The plugin's hook disconnect succeeds after each failure."""
        service = self.running("c", "zero", breaker=3)
        for _ in range(4):
            self.assertRegex(service.rcpt(), OUR_FAILURE)
        service.wait_log(r"hook rcpt of contract has failed too often in a row")

    def test_a_return_of_0_is_logged_once(self):
        service = self.running("c", "zero", breaker=3)
        for _ in range(5):
            self.assertRegex(service.rcpt(), OUR_FAILURE)
        service.wait_log("failed too often")
        self.assertEqual(service.said(RETURNED_0), 1)

    def test_timeouts_come_from_plugins_ini_then_name_timeout_then_plugin_timeout(self):
        service = ContractService("c", "never", breaker=1000)
        self.addCleanup(service.close)
        service.write("plugin_timeout", "1\n")
        service.start()
        self.assertRegex(service.rcpt(), OUR_TIMEOUT)
        service.wait_log(TIMED_OUT)
        for name, text, seconds in (
            ("contract.timeout", "2\n", 2), ("plugins.ini", plugins_ini(timeout=3, breaker=1000), 3),
        ):
            service.write(name, text)
            service.wait_log(rf'applied="?config/{re.escape(name)}')
            self.assertRegex(service.rcpt(), OUR_TIMEOUT)
            service.wait_log(rf"contract timed out on hook rcpt after {seconds}\.0 s")


@unittest.skipUnless("HARAKA_ASAN" in os.environ, "tools/contract-asan runs this one")
class Sanitized(ContractCase):
    def test_what_is_read_behind_a_block_is_reported_and_ends_the_server(self):
        service = ContractService("c", "overrun")
        self.addCleanup(service.close)
        reports = service.directory / "log"
        options = os.environ.get("ASAN_OPTIONS", "") + f":log_path={reports}/asan"
        service.start(env={**os.environ, "ASAN_OPTIONS": options})
        with service.raw() as client:
            client.envelope()
        self.assertEqual(service.process.wait(60), 99)
        report = next(reports.glob("asan.*")).read_text()
        self.assertIn("ERROR: AddressSanitizer: heap-buffer-overflow", report)
        self.assertIn("contract.c", report)


if __name__ == "__main__":
    unittest.main()
