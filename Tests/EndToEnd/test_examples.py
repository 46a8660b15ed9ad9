"""The SDK's example, disposable addresses, in each language: built outside the repository, and dropped in."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from receiver import Receiver
from service import HARAKA_PLUGIN, ROOT, Service, wait_for

EXAMPLES = ROOT / "sdk/examples"
MOST_LINES = 25


def build(language, folder, name="disposable"):
    """Copies the example out of the repository and builds it as its author would; returns its .so."""
    home = pathlib.Path(folder) / "sdk"
    package = home / f"examples/{name}-{language}"
    # The SDK as it is installed: links followed, no repository around it.
    shutil.copytree(ROOT / "sdk", home, ignore=shutil.ignore_patterns(".build", "target", "*.so"))
    command, made = {
        "c": (["make", "-s"], f"{name}.so"),
        "swift": (["swift", "build", "-c", "release"], ".build/release/libdisposable.so"),
        "rust": (["cargo", "build", "-q", "--release", "--offline"], "target/release/libdisposable.so"),
    }[language]
    done = subprocess.run(command, cwd=package, capture_output=True, text=True, timeout=900)
    if done.returncode != 0:
        raise AssertionError(f"{command} in {package}: {done.stdout}{done.stderr}")
    return package / made


class Disposable(unittest.TestCase):
    def drop_in(self, language):
        with tempfile.TemporaryDirectory() as folder:
            built = build(language, folder)
            # host_list knows no domain: only the short form is ours, so the plugin must have made it.
            service = Service(
                plugins=["disposable", "rcpt_to.in_host_list", "queue/maildir"], domain="elsewhere.example",
                host_list_regex="user@example\\.com\n")
            self.addCleanup(service.close)
            target = service.directory / "plugins/disposable.so"
            shutil.copyfile(built, target)
            target.chmod(0o755)
        service.start()
        for recipient, reply in (
            ("user-20200101@example.com", r"^550 5\.1\.6 This address has expired$"),
            ("other@example.com", "^550 "),
            ("other-20991231@example.com", "^550 "),
            ("user-2099123x@example.com", "^550 "),
            ("-20991231@example.com", "^550 "),
        ):
            with self.subTest(recipient=recipient), service.raw() as client:
                self.assertRegex(client.envelope(to=recipient), reply)
        self.assertEqual(service.mails(), [])
        service.send(to="user-20991231@example.com", text=b"Subject: to the end of the century\r\n\r\nx\r\n")
        self.assertEqual(len(service.mails()), 1)
        self.assertIn(b"Subject: to the end of the century", service.mails()[0].read_bytes())
        service.send(to="user@example.com")
        self.assertEqual(len(service.mails()), 2)

    def test_c(self):
        self.drop_in("c")

    @unittest.skipUnless(shutil.which("swift"), "no swift here: the example in Swift is not built")
    def test_swift(self):
        self.drop_in("swift")

    @unittest.skipUnless(shutil.which("cargo"), "no cargo here: the example in Rust is not built")
    def test_rust(self):
        self.drop_in("rust")


class Signpost(unittest.TestCase):
    """The example of haraka.outbound/1, as its page says."""

    def service(self, plugins_ini, **files):
        with tempfile.TemporaryDirectory() as folder:
            built = build("c", folder, "signpost")
            service = Service(
                plugins=["signpost", "relay", "rcpt_to.in_host_list", "queue/maildir"], relay_acl_allow="127.0.0.0/8\n",
                relay__ini="[relay]\nacl=true\n", plugins__ini=plugins_ini, mailboxes=("postmaster",), **files)
            self.addCleanup(service.close)
            subprocess.run([HARAKA_PLUGIN, "install", built, "-c", service.directory], check=True, capture_output=True)
        return service

    def test_it_routes_mail_and_reports_what_could_not_be_delivered(self):
        receiver = Receiver(lambda line: "550 5.1.1 nobody" if "<no@" in line else None)
        self.addCleanup(receiver.close)
        grants = "[signpost]\ncapabilities[]=queue\n[relay]\ncapabilities[]=relaying\n[rcpt_to.in_host_list]\ncapabilities[]=queue\n"
        service = self.service(
            grants, signpost__ini=f"domain=far.test\nhost=127.0.0.1\nport={receiver.port}\nreport=postmaster@example.com\n").start()
        service.send(to="yes@far.test", sender="me@far.test")
        self.assertEqual(receiver.wait(1)[0].recipients, ["<yes@far.test>"])
        service.send(to="no@far.test", sender="me@far.test")
        service.wait_log(r"a report is queued: status 0, entry \d+")
        wait_for(lambda: service.mails("postmaster"), "the report")
        text = service.mails("postmaster")[0].read_text()
        self.assertIn("Subject: undelivered mail", text)
        self.assertIn("From me@far.test", text)
        self.assertIn("to no@far.test:", text)
        self.assertTrue(text.endswith("\nnobody\n"), text)

    def test_without_the_capability_it_is_not_loaded_and_the_log_has_the_line(self):
        service = self.service("", signpost__ini="domain=far.test\nhost=127.0.0.1\n")
        with self.assertRaisesRegex(AssertionError, r"(?s)needs the capability queue.*\[signpost\] capabilities\[\]=queue"):
            service.start()


class Short(unittest.TestCase):
    """What the examples are shown for: a whole plugin on one screen, and no signature written by hand."""

    def test_a_source_fits_a_screen_and_holds_no_signature(self):
        for source in ("disposable-c/disposable.c", "disposable-swift/Sources/Disposable/Disposable.swift"):
            with self.subTest(source=source):
                text = (EXAMPLES / source).read_text()
                self.assertLessEqual(len(text.splitlines()), MOST_LINES)
                self.assertNotRegex(text, r'"i\(')
                self.assertNotRegex(text, r"\bi\([a-z_]+:[a-zA-Z]")
        rust = (EXAMPLES / "disposable-rust/src/lib.rs").read_text()
        self.assertNotIn('"i(', rust)


if __name__ == "__main__":
    unittest.main()
