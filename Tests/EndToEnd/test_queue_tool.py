"""`haraka queue`: what waits, why, and what an administrator can do about it."""
import grp
import json
import os
import pathlib
import pty
import re
import sqlite3
import subprocess
import time
import unittest

from cases import RelayCase
from service import HARAKA, free_port, haraka, wait_for

MILLION = 1_000_000


class QueueToolTests(RelayCase):
    def paused(self, port=1):
        """A server that delivers nothing."""
        return self.service(f"[any]\nhost=127.0.0.1\nport={port}\n", "disabled=true\n")

    def queue(self, service, *arguments, status=0, **options):
        done = haraka("queue", *arguments, "-c", service.directory, check=False, **options)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout if status == 0 else done.stdout + done.stderr

    def objects(self, service, *arguments):
        return [json.loads(line) for line in self.queue(service, *arguments, "--json").splitlines()]

    def names(self, service, *arguments):
        """Who is listed, and in which message; nobody is no error here."""
        done = haraka("queue", "list", *arguments, "--json", "-c", service.directory, check=False)
        self.assertIn((done.returncode, bool(done.stdout)), ((0, True), (1, False)), done.stderr)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return {line["recipient"]: line["name"] for line in lines}

    def test_a_listing_shows_who_is_looked_for(self):
        service = self.paused()
        service.send(to="b@x.example")
        service.send(to="c@y.example", sender="you@example.net")
        rows = self.queue(service, "list").splitlines()
        self.assertEqual(rows[0].split()[:2], ["Name", "State"])
        self.assertRegex(rows[1], r"^\S+\.1 +waiting +\d+s +0 +now +<me@example\.org> +<b@x\.example> +-$")
        self.assertEqual(len(rows), 3)
        self.assertEqual(list(self.names(service, "--domain", "X.example")), ["b@x.example"])
        self.assertEqual(list(self.names(service, "--sender", "<you@example.net>")), ["c@y.example"])
        self.assertEqual(list(self.names(service, "--recipient", "c@y.example", "--state", "waiting")), ["c@y.example"])
        self.queue(service, "list", "--older-than", "1d", status=1)
        self.queue(service, "list", "--state", "held", status=1)
        cut = haraka("queue", "list", "--limit", "1", "-c", service.directory)
        self.assertEqual((len(cut.stdout.splitlines()), cut.stderr), (2, "There are more: --limit 0 lists all.\n"))

    def test_harakas_own_flags_do_the_same(self):
        service = self.paused()
        service.send(to="b@x.example")
        self.assertIn("<b@x.example>", haraka("-c", service.directory, "--qlist").stdout)
        self.assertIn("1 message", haraka("--qstat", "-c", service.directory).stdout)
        self.assertEqual(haraka("-c", service.directory, "--qunstick").stdout, "1 recipient is due now.\n")
        self.assertEqual(haraka("-c", service.directory, "--qunstick", "X.example").stdout, "1 recipient is due now.\n")
        done = haraka("-c", service.directory, "--qunstick", "no.example", check=False)
        self.assertEqual((done.returncode, done.stderr), (1, "Nothing in the queue is like that.\n"))

    def test_a_message_is_shown_and_written_byte_for_byte(self):
        service = self.paused()
        big = b"Subject: big\r\n\r\n" + b"".join(b"%07d %s\r\n" % (at, b"\xff\xfe.x" * 15) for at in range(6000))
        for text in (b"Subject: x\r\n\r\nhello\r\n.dot\r\n", big):
            service.send(to=f"b@{len(text)}.example", text=text)
            name, = self.names(service, "--domain", f"{len(text)}.example").values()
            done = subprocess.run([HARAKA, "queue", "cat", name, "-c", service.directory], capture_output=True)
            self.assertEqual(done.returncode, 0)
            self.assertTrue(done.stdout.startswith(b"Received: "))
            self.assertEqual(done.stdout.split(b"\r\nSubject", 1)[1], text[7:])
            shown = self.queue(service, "show", name)
            self.assertRegex(shown, r"(?m)^From: +<me@example\.org>$")
            self.assertRegex(shown, rf"(?m)^<b@{len(text)}\.example> +waiting +0 ")
            entry, = self.objects(service, "show", name)
            self.assertEqual((entry["size"], entry["name"]), (len(done.stdout), name))
            self.assertEqual(self.objects(service, "show", str(entry["number"])), [entry])

    def test_why_tells_the_hosts_words_and_what_is_next(self):
        receiver = self.receiver(lambda line: "451 4.7.1 grey for now" if line.startswith("RCPT TO:<b@") else None)
        service = self.service(f"[any]\nhost=127.0.0.1\nport={receiver.port}\n")
        with service.smtp() as client:
            client.sendmail("me@example.org", ["b@x.example", "c@x.example"], b"Subject: x\r\n\r\nhello\r\n")
        service.wait_log(r"deferred to=b@x\.example")
        receiver.wait(1)
        name = wait_for(lambda: self.names(service, "--reply", "GREY for").get("b@x.example"), "the deferral")
        why = self.queue(service, "why", name)
        self.assertRegex(why, r"is from <me@example\.org> and was queued \d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4} \(.*\)")
        self.assertRegex(why, r"<b@x\.example>: it was tried once, last .*127\.0\.0\.1.*: 451 4\.7\.1 grey for now")
        self.assertRegex(why, r"It is tried next .*, in (1 minute|\d+ seconds)\.")
        self.assertRegex(why, r"<c@x\.example>: .*\n  It was delivered\.")
        self.assertEqual(why.splitlines()[-1], f"Try it now: haraka queue retry {name} -c {service.directory}")
        # What it advises works.
        self.assertEqual(haraka(*why.splitlines()[-1].split("haraka ")[1].split()).stdout, "1 recipient is due now.\n")
        # However often it is asked for: that costs none of the attempts that the schedule has.
        def waits():
            return self.objects(service, "show", name)[0]["recipients"][0]["state"] == "waiting"

        for number in range(2, 16):
            wait_for(waits, "the end of the one before")
            before = len(service.log_lines(r"deferred to=b@x\.example"))
            self.queue(service, "retry", name)
            wait_for(lambda: len(service.log_lines(r"deferred to=b@x\.example")) > before, f"attempt {number}")
        wait_for(waits, "the end of the last one")
        self.assertEqual(self.objects(service, "show", name)[0]["recipients"][0]["attempts"], 1)

    def test_why_tells_that_delivery_is_disabled_that_mail_is_held_or_under_way(self):
        go = []

        def answer(line):
            if line.startswith("RCPT TO:<slow@"):
                wait_for(lambda: go, "the test to go on")
            return None

        receiver = self.receiver(answer)
        self.addCleanup(lambda: go.append(1))
        service = self.paused(receiver.port)
        service.send(to="slow@x.example")
        service.send(to="held@y.example")
        names = self.names(service)
        why = self.queue(service, "why", names["slow@x.example"])
        self.assertIn("Delivery is disabled (disabled=true in config/outbound.ini)", why)
        enable = why.splitlines()[-1].split(": ", 1)[1]
        self.queue(service, "hold", "--domain", "y.example")
        self.assertIn("It is held", self.queue(service, "why", names["held@y.example"]))
        # What it advises works.
        subprocess.run(enable, shell=True, check=True)
        wait_for(lambda: self.names(service, "--state", "delivering"), "the delivery to begin")
        self.assertIn("It is being delivered right now.", self.queue(service, "why", names["slow@x.example"]))
        for verb in ("delete", "retry", "hold"):
            said = self.queue(service, verb, names["slow@x.example"], status=1)
            self.assertEqual(said, "1 recipient is being delivered right now, and left alone.\n")
        self.assertIn("haraka queue release", self.queue(service, "why", names["held@y.example"]).splitlines()[-1])
        go.append(1)
        self.assertEqual(receiver.wait(1)[0].recipients, ["<slow@x.example>"])

    def test_what_is_held_is_delivered_when_it_is_released(self):
        receiver = self.receiver()
        service = self.paused(receiver.port)
        service.send(to="b@x.example")
        service.send(to="c@y.example")
        name = self.names(service)["b@x.example"]
        self.assertEqual(self.queue(service, "hold", name), "1 recipient is held.\n")
        service.write("outbound.ini", "\n")
        self.assertEqual(receiver.wait(1)[0].recipients, ["<c@y.example>"])
        self.assertIn("left alone", self.queue(service, "retry", "--all", status=1))
        service.stop()
        service.start()
        self.assertEqual(len(receiver.mails), 1)
        self.assertEqual(self.queue(service, "release", "--domain", "x.example"), "1 recipient is released and due now.\n")
        self.assertEqual(receiver.wait(2)[1].recipients, ["<b@x.example>"])

    def test_a_retry_does_not_wait(self):
        seen = []

        def answer(line):
            if line.startswith("RCPT TO:<b@"):
                seen.append(line)
                return "451 4.7.1 later" if len(seen) == 1 else None

        receiver = self.receiver(answer)
        service = self.service(f"[any]\nhost=127.0.0.1\nport={receiver.port}\n", "temp_fail_intervals=1h*3\n")
        service.send(to="b@x.example")
        wait_for(lambda: self.names(service, "--reply", "later"), "the deferral")
        changed, = self.objects(service, "retry", "--domain", "x.example")
        self.assertEqual(changed, {"changed": 1, "delivering": 0, "unchanged": 0, "waiting": []})
        self.assertEqual(receiver.wait(1)[0].recipients, ["<b@x.example>"])
        service.wait_log(r"queue request=\"queue retry domain=x\.example json=1\" changed=1")

    def test_what_is_deleted_comes_back_until_it_is_purged(self):
        receiver = self.receiver()
        service = self.paused(receiver.port)
        service.send(to="b@x.example")
        service.send(to="c@y.example")
        name = self.names(service)["b@x.example"]
        self.assertEqual(
            self.queue(service, "delete", "--domain", "x.example"),
            "1 recipient is deleted, and can be had back for 7 days: haraka queue undelete.\n")
        self.assertEqual(list(self.names(service)), ["c@y.example"])
        self.assertEqual(list(self.names(service, "--state", "deleted")), ["b@x.example"])
        self.assertIn("1 message", self.queue(service, "stats"))
        why = self.queue(service, "why", name)
        self.assertRegex(why, r"It is deleted, and goes for good \d{4}-.*, in (6|7) days\.")
        service.kill()
        service.start()
        # What it advises works.
        self.assertEqual(
            haraka(*why.splitlines()[-1].split("haraka ")[1].split()).stdout,
            "1 recipient is back, and due now unless held.\n")
        self.queue(service, "delete", name)
        self.queue(service, "delete", name, "--purge")
        for verb in ("show", "why", "cat", "delete", "undelete"):
            said = self.queue(service, verb, name, status=1)
            self.assertRegex(said, rf"^There is no message '{re.escape(name)}' in the queue.*\n$")
        service.write("outbound.ini", "\n")
        self.assertEqual(receiver.wait(1)[0].recipients, ["<c@y.example>"])

    def test_what_was_deleted_long_enough_ago_goes_by_itself(self):
        service = self.service("[any]\nhost=127.0.0.1\nport=1\n", "disabled=true\ndeleted_keep=1\n")
        service.send(to="b@x.example")
        self.assertIn("for 1 second:", self.queue(service, "delete", "--all"))
        service.wait_log("deleted mail is gone for good count=1", deadline=20)
        self.queue(service, "undelete", "--all", status=1)

    def test_the_queue_is_emptied_after_a_question(self):
        service = self.paused()
        service.send(to="b@x.example")
        asked = haraka("--qempty", "-c", service.directory, check=False, start_new_session=True)
        self.assertEqual((asked.returncode, len(self.names(service))), (64, 1))
        self.assertIn("say --yes", asked.stderr)
        for answer, left, status in (("n", 1, 1), ("y", 0, 0)):
            self.assertEqual(self.at_terminal(answer, "--qempty", "-c", service.directory), status)
            self.assertEqual(len(self.names(service)), left)
        self.queue(service, "undelete", "--all")
        haraka("--qempty", "-c", service.directory, "--yes", "--purge")
        self.assertEqual(self.queue(service, "stats"), "The queue is empty.\n")

    def at_terminal(self, answer, *arguments):
        """Runs a command for somebody who sits at a terminal and gives an answer; its exit status."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv(HARAKA, [str(HARAKA), *map(str, arguments)])
        said = b""
        while b"[y/N]" not in said:
            said += os.read(terminal, 1000)
        os.write(terminal, answer.encode() + b"\n")
        try:
            while os.read(terminal, 1000):
                pass
        except OSError:
            pass
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def test_mail_is_redirected_to_another_address_and_by_another_domain(self):
        first, second = self.receiver(), self.receiver()
        service = self.service(
            f"[any]\nhost=127.0.0.1\nport={first.port}\n[other.example]\nhost=127.0.0.1\nport={second.port}\n",
            "disabled=true\n")
        service.send(to="old@x.example")
        service.send(to="same@y.example")
        self.assertEqual(
            self.queue(service, "redirect", "--recipient", "old@x.example", "--to", "new@other.example"),
            "1 recipient is redirected to new@other.example, and due now unless held.\n")
        names = self.names(service)
        self.assertIn("It was for <old@x.example> at first.", self.queue(service, "why", names["new@other.example"]))
        self.queue(service, "redirect", names["same@y.example"], "--via", "other.example")
        for wrong in (("--to", "nobody"), ("--via", "a..b"), ("--to", "a@b.example", "--via", "b.example"), ()):
            self.queue(service, "redirect", "--all", *wrong, status=64)
        service.write("outbound.ini", "\n")
        mails = {mail.recipients[0] for mail in second.wait(2)}
        self.assertEqual(mails, {"<new@other.example>", "<same@y.example>"})
        self.assertEqual(first.mails, [])

    def test_mail_is_given_back_with_a_reason(self):
        receiver = self.receiver()
        service = self.service(
            f"[any]\nhost=127.0.0.1\nport={receiver.port}\n[x.example]\nhost=127.0.0.1\nport=1\n",
            "temp_fail_intervals=1h*9\n")
        with service.smtp() as client:
            client.sendmail("me@example.org", ["b@x.example", "c@x.example"], b"Subject: x\r\n\r\nhello\r\n")
        wait_for(lambda: self.names(service, "--reply", "reached"), "the deferral")
        self.queue(service, "bounce", "--domain", "x.example", status=64)
        self.assertEqual(
            self.queue(service, "bounce", "--domain", "x.example", "--reason", "the host is gone"),
            "2 recipients are given up, and each sender who wants to know is told.\n")
        report, = receiver.wait(1)
        self.assertEqual((report.sender, report.recipients), ("<>", ["<me@example.org>"]))
        self.assertEqual(report.text.count(b"Action: failed"), 2)
        self.assertIn(b"given up by the administrator: the host is gone", report.text)
        self.assertEqual(self.names(service, "--domain", "x.example"), {})
        service.wait_log(r"bounced to=b@x\.example .*the host is gone")

    def test_a_flush_takes_what_waits_for_a_domain(self):
        receiver = self.receiver()
        service = self.service("[any]\nhost=127.0.0.1\nport=1\n", "temp_fail_intervals=1h*9\n")
        service.send(to="b@x.example")
        service.send(to="c@y.example")
        wait_for(lambda: len(self.names(service, "--reply", "reached")) == 2, "two deferrals")
        service.write("outbound.routes.ini", f"[any]\nhost=127.0.0.1\nport={receiver.port}\n")
        service.wait_log("applied=config/outbound.routes.ini")
        self.assertEqual(self.queue(service, "flush", "X.example"), "1 recipient is due now.\n")
        # At once, although no host answered a moment ago.
        self.assertEqual(receiver.wait(1, 5)[0].recipients, ["<b@x.example>"])
        self.assertEqual(list(self.names(service)), ["c@y.example"])

    def test_a_retry_says_that_its_domain_is_left_alone_and_what_ends_that(self):
        service = self.service("[any]\nhost=127.0.0.1\nport=1\n", "temp_fail_intervals=1h*9\n")
        service.send(to="b@x.example")
        name, = wait_for(lambda: self.names(service, "--reply", "reached"), "the deferral").values()
        told = self.queue(service, "retry", name).splitlines()
        self.assertEqual(told[0], "1 recipient is due now.")
        self.assertRegex(told[1], r"^x\.example is left alone until .*, in \d+ seconds: .*refused")
        flush = f"haraka queue flush x.example -c {service.directory}"
        self.assertEqual(told[2:], [f"  Try it all the same: {flush}"])
        why = self.queue(service, "why", name)
        self.assertIn("It is due now. x.example is left alone until ", why)
        self.assertIn(flush, why)
        change, = self.objects(service, "retry", "--domain", "x.example")
        self.assertEqual([(each["domain"], each["command"]) for each in change["waiting"]], [("x.example", flush)])
        self.assertEqual(self.queue(service, "hold", name), "1 recipient is held.\n")
        self.assertIn("left alone", self.queue(service, "release", name))
        self.assertEqual(self.queue(service, "flush", "x.example"), "1 recipient is due now.\n")

    def test_a_message_is_there_although_it_has_no_such_recipient(self):
        service = self.paused()
        service.send(to="b@x.example")
        name, = self.names(service).values()
        told = self.queue(service, "hold", name, "--domain", "y.example", status=1)
        self.assertEqual(told, f"The message '{name}' waits for nobody in the domain y.example.\n")
        told = self.queue(service, "hold", "NAME.1", "--domain", "y.example", status=1)
        self.assertEqual(told, "There is no message 'NAME.1' in the queue.\n")

    def test_a_member_of_the_group_needs_no_root(self):
        try:
            gid = grp.getgrnam("haraka").gr_gid
        except KeyError:
            self.skipTest("there is no group haraka")
        if os.geteuid() != 0:
            self.skipTest("not root")
        service = self.paused()
        service.send(to="b@x.example")
        socket = (service.directory / "state/control.sock").stat()
        self.assertEqual((socket.st_gid, socket.st_mode & 0o777), (gid, 0o660))
        self.assertEqual((service.directory / "queue/queue.db").stat().st_mode & 0o777, 0o600)
        member = {"user": 54321, "group": 54321, "extra_groups": [gid]}
        self.assertIn("<b@x.example>", self.queue(service, "list", **member))
        listed, = [json.loads(line) for line in self.queue(service, "list", "--json", **member).splitlines()]
        name = listed["name"]
        self.assertIn("is from <me@example.org>", self.queue(service, "why", name, **member))
        self.assertIn("waiting", self.queue(service, "show", name, **member))
        self.assertIn("1 message", self.queue(service, "stats", **member))
        self.queue(service, "list", "--domain", "no.example", status=1, **member)
        self.assertEqual(self.queue(service, "hold", name, **member), "1 recipient is held.\n")
        self.assertIn("may read messages", self.queue(service, "cat", name, status=1, **member))
        stranger = {"user": 54321, "group": 54321, "extra_groups": []}
        self.assertIn("Permission denied", self.queue(service, "list", status=1, **stranger))
        self.assertIn("one of its group", self.queue(service, "release", name, status=1, **stranger))

    def test_statistics_count(self):
        service = self.paused()
        self.assertEqual(self.queue(service, "stats"), "The queue is empty.\n")
        with service.smtp() as client:
            client.sendmail("me@example.org", ["b@x.example", "c@x.example", "d@y.example"], b"Subject: x\r\n\r\nhi\r\n")
        self.queue(service, "hold", "--domain", "y.example")
        text = self.queue(service, "stats")
        self.assertRegex(text, r"^1 message, \d+ bytes; the oldest was queued ")
        self.assertIn("Recipients: 2 waiting, 1 held.", text)
        self.assertRegex(text, r"(?m)^x\.example +2 +0 +now$")
        counts, = self.objects(service, "stats")
        expected = {"waiting": 2, "delivering": 0, "held": 1, "delivered": 0, "failed": 0, "deleted": 0}
        self.assertEqual(counts["recipients"], expected)
        self.assertEqual([domain["domain"] for domain in counts["domains"]], ["x.example", "y.example"])

    def test_without_a_server_the_queue_can_be_seen_but_not_changed(self):
        for end in ("stop", "kill"):
            with self.subTest(end):
                service = self.paused()
                service.send(to="b@x.example")
                getattr(service, end)()
                name = self.names(service)["b@x.example"]
                self.assertIn("<b@x.example>", self.queue(service, "list"))
                self.assertIn("hello", self.queue(service, "cat", name))
                self.assertIn(f"haraka -c {service.directory}", self.queue(service, "why", name).splitlines()[-1])
                said = self.queue(service, "retry", name, status=1)
                self.assertRegex(said, r"^No server runs in .*\n$")
                # Looking leaves nothing behind that keeps the server from its queue.
                service.start()
                self.assertEqual(self.queue(service, "hold", name), "1 recipient is held.\n")

    def test_addresses_cannot_garble_the_terminal(self):
        def answer(line):
            return "451 4.7.1 a\x1b]0;title\x07b\x9b31m" if line.startswith("RCPT") else None

        receiver = self.receiver(answer)
        service = self.service(f"[any]\nhost=127.0.0.1\nport={receiver.port}\n")
        service.send(to="b@x.example")
        name = wait_for(lambda: self.names(service, "--reply", "title").get("b@x.example"), "the deferral")
        service.stop()
        with sqlite3.connect(service.directory / "queue/queue.db") as database:
            database.execute("UPDATE recipient SET address = ?", ("\x1b[2J\r\nb\u202e@x.example",))
            database.execute("UPDATE message SET sender = ?", ("\x07me\u009b@x.example",))
        database.close()
        for arguments in (("list",), ("show", name), ("why", name), ("list", "--json"), ("why", "\x1b[2J")):
            done = haraka("queue", *arguments, "-c", service.directory, check=False)
            text = done.stdout + done.stderr
            self.assertNotRegex(text, "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", arguments)
            if arguments[0] == "list":
                self.assertEqual(len(text.splitlines()), 1 if "--json" in arguments else 2)

    def test_arguments_reach_the_server_as_they_are(self):
        service = self.paused()
        service.send(to="b@x.example")
        for words in ("a b", "x\nstop", "100% =&é", "--all", "' ; stop"):
            said = self.queue(service, "hold", f"--reply={words}", status=1)
            self.assertEqual(said, "Nothing in the queue is like that.\n")
        self.assertIn("too long", self.queue(service, "hold", "--reply", "x" * 2000, status=64))
        self.assertTrue(service.alive())

    def test_wrong_usage_is_told(self):
        service = self.paused()
        for arguments in (
                ("retry",), ("hold", "--all", "--domain", "x.example"), ("list", "--state", "bored"), ("why",),
                ("list", "--older-than", "yesterday"), ("delete",), ("frobnicate",)):
            self.queue(service, *arguments, status=64)
        self.assertIn("no service directory", haraka("queue", "list", "-c", "/nonexistent", check=False).stderr)
        self.assertIn("SUBCOMMANDS", haraka("queue", "--help").stdout)

    @unittest.skipUnless(os.environ.get("HARAKA_LOAD"), "HARAKA_LOAD=1 fills a queue with a million rows")
    def test_a_million_rows(self):
        service = self.paused()
        service.kill()
        fill(service.directory / "queue/queue.db")
        for outbound in ("disabled=true\n", "concurrency_max=100\n"):
            service.write("outbound.ini", outbound)
            began = time.monotonic()
            service.start()
            start = time.monotonic() - began
            times = {}
            for arguments in (
                    ("list", "--domain", "d7.example"), ("list", "--domain", "big.example"), ("list",),
                    ("list", "--domain", "big.example", "--limit", "0"), ("list", "--reply", "no such words"),
                    ("why", "M.500000"), ("show", "500000"), ("stats",), ("hold", "--domain", "d7.example"),
                    ("release", "--domain", "d7.example")):
                began = time.monotonic()
                done = haraka("queue", *arguments, "-c", service.directory, check=False)
                times[" ".join(arguments)] = (round(time.monotonic() - began, 2), len(done.stdout.splitlines()))
            accepted, whole = self.accepted_during(service, "retry", "--domain", "big.example")
            memory = {}
            for line in pathlib.Path(f"/proc/{service.process.pid}/status").read_text().splitlines():
                if line.startswith(("VmRSS", "VmHWM")):
                    memory[line.split(":")[0]] = int(line.split()[1]) // 1024
            print(f"\n{outbound.strip()}: retry {whole:.2f} s, {accepted} accepted meanwhile;", end=" ")
            print(f"start {start:.2f} s, MiB {memory}", flush=True)
            for command, (seconds, lines) in times.items():
                print(f"  {command}: {seconds} s, {lines} lines", flush=True)
            self.assertLess(start, 10)
            self.assertLess(memory["VmHWM"], 200)
            self.assertLess(times["list --domain d7.example"][0], 1)
            self.assertLess(times["list --domain big.example"][0], 1)
            # Each waits for a batch of 250 at most: were it one transaction, one could be accepted, behind it.
            self.assertGreater(accepted, 5)
            service.kill()

    def accepted_during(self, service, *arguments):
        """How many messages, one after another, are accepted while a command is at work, and how long that takes."""
        accepted = 0
        began = time.monotonic()
        with subprocess.Popen(
                [HARAKA, "queue", *arguments, "-c", service.directory], stdout=subprocess.PIPE, text=True) as command:
            while command.poll() is None:
                service.send(to="new@new.example")
                accepted += command.poll() is None
            self.assertEqual(command.returncode, 0)
        return accepted, time.monotonic() - began


def fill(path):
    """A million messages of one recipient each: half of them to one domain, the rest to 5,000 others."""
    database = sqlite3.connect(path)
    now = int(time.time() * 1000)
    with database:
        database.execute("PRAGMA synchronous=OFF")
        database.executemany(
            "INSERT INTO message (id, name, queued, sender, bits, size, unsettled, client) "
            "VALUES (?, ?, ?, ?, 0, 4096, 1, '192.0.2.7')",
            ((at, f"M.{at}", now - 60_000, f"s{at % 999}@from.example") for at in range(1, MILLION + 1)))
        database.executemany(
            "INSERT INTO body (id, bytes) VALUES (?, ?)", ((at, b"Subject: x\r\n\r\nhi\r\n") for at in range(1, MILLION + 1)))
        database.executemany(
            "INSERT INTO recipient (message, place, address, destination, state, due, attempts, tried, host, reply) "
            "VALUES (?, 0, ?, ?, 0, ?, 1, ?, 'mx.example', '451 4.7.1 greylisted, come again')",
            ((at, f"u{at}@{domain(at)}", domain(at), now + 86_400_000, now) for at in range(1, MILLION + 1)))
        database.execute("INSERT INTO turn SELECT destination, 0, 0, min(due) FROM recipient GROUP BY destination")
        database.execute("INSERT INTO destination SELECT destination, 0, due FROM turn")
    database.close()


def domain(at):
    return "big.example" if at % 2 else f"d{at // 2 % 5000}.example"


if __name__ == "__main__":
    unittest.main()
