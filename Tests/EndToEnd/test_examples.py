"""The SDK's example, disposable addresses, in each language: built outside the repository, and dropped in."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from service import ROOT, Service

EXAMPLES = ROOT / "sdk/examples"
MOST_LINES = 25


def build(language, folder):
    """Copies the example out of the repository and builds it as its author would; returns its .so."""
    home = pathlib.Path(folder) / "sdk"
    package = home / f"examples/disposable-{language}"
    # The SDK as it is installed: links followed, no repository around it.
    shutil.copytree(ROOT / "sdk", home, ignore=shutil.ignore_patterns(".build", "target", "*.so"))
    command, made = {
        "c": (["make", "-s"], "disposable.so"),
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
