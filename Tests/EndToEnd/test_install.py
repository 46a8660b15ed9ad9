"""An installation by tools/install: where there is no checkout and no compiler the server runs with all that it brings."""
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import unittest

from service import ROOT, Service, haraka

RELEASE = ROOT / ".build/release/haraka"
# Whatever is given behind the folders sees nothing in them.
HIDING = 'while [ "$1" != -- ]; do mount -t tmpfs none "$1" || exit 1; shift; done; shift; exec "$@"'


def hidden():
    """The folders that an installation must do without: this checkout and the compiler's."""
    swift = shutil.which("swift")
    compiler = [pathlib.Path(swift).resolve().parents[2]] if swift else []
    return [ROOT, *compiler]


def can_hide():
    return os.getuid() == 0 and subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode == 0


class InstallTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not RELEASE.exists() or not shutil.which("strip"):
            raise unittest.SkipTest("tools/build hasn't made a release here")
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="haraka-install-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.folder.chmod(0o755)
        cls.prefix = cls.folder / "usr"
        cls.install("--prefix", cls.prefix)

    @classmethod
    def install(cls, *arguments, check=True):
        done = subprocess.run([ROOT / "tools/install", *map(str, arguments)], capture_output=True, text=True, timeout=120)
        if check and done.returncode != 0:
            raise AssertionError(done.stderr)
        return done

    def alone(self, *command):
        """The command where neither checkout nor compiler can be seen."""
        if not can_hide():
            self.skipTest("only root can hide folders, and where mount namespaces are allowed")
        return ["unshare", "-m", "sh", "-c", HIDING, "sh", *map(str, hidden()), "--", *map(str, command)]

    def run_alone(self, *command):
        done = subprocess.run(self.alone(*command), capture_output=True, text=True, timeout=60, cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_the_daemon_starts_with_every_bundled_plugin_and_delivers(self):
        pages = (self.prefix / "share/haraka/plugins").iterdir()
        names = [re.sub(r"\A(auth|queue)\.", r"\1/", page.name) for page in pages]
        self.assertGreater(len(names), 10)
        # The first of them that takes the mail is the mailbox.
        last = ["queue/maildir", "queue/test", "queue/discard"]
        plugins = [name for name in names if name not in last] + last
        service = Service(plugins=plugins)
        self.addCleanup(service.close)
        service.command = self.alone(self.prefix / "bin/haraka")
        service.start()
        status = self.run_alone(self.prefix / "bin/haraka", "status", "-c", service.directory)
        for name in names:
            self.assertIn(f"plugin {name} ", status)
        service.stop()
        # These hand mail to somebody else, and there is nobody here.
        handing = ("queue/qmail-queue", "queue/smtp_bridge", "queue/smtp_proxy")
        service.write("plugins", "\n".join(name for name in plugins if name not in handing) + "\n")
        service.start()
        service.send(to="user@example.com")
        self.assertEqual(len(service.mails()), 1)

    def test_an_author_needs_no_checkout(self):
        self.run_alone(self.prefix / "bin/haraka-plugin", "new", "greeter", "--language", "c")
        self.assertTrue((self.folder / "greeter").is_dir())
        page = self.run_alone(self.prefix / "bin/haraka", "-h", "plugins/queue/maildir")
        self.assertIn("Maildir", page)
        for path in (self.prefix / "share/haraka/sdk").rglob("*"):
            self.assertFalse(path.is_symlink(), path)

    def test_the_unit_is_one_that_systemd_takes(self):
        unit = self.prefix / "lib/systemd/system/haraka.service"
        text = unit.read_text()
        self.assertIn(f"ExecStart={self.prefix}/bin/haraka -c /var/lib/haraka", text)
        self.assertNotIn("@PREFIX@", text)
        if not shutil.which("systemd-analyze"):
            self.skipTest("systemd-analyze is not installed")
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, timeout=60)
        said = [line for line in done.stderr.splitlines() if "haraka.service" in line]
        self.assertEqual((done.returncode, said), (0, []), done.stderr)

    def test_a_package_goes_below_another_folder_and_names_the_real_one(self):
        self.install("--prefix", "/usr", "--destdir", self.folder / "package", "--directory", "/srv/haraka")
        unit = (self.folder / "package/usr/lib/systemd/system/haraka.service").read_text()
        self.assertIn("ExecStart=/usr/bin/haraka -c /srv/haraka", unit)

    def test_wrong_words_install_nothing(self):
        for arguments in (["--prefix"], ["--prefx", "/x"], ["--prefix", "relative"], ["--directory", "/a b"]):
            done = self.install(*arguments, check=False)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertTrue(done.stderr.strip(), arguments)


class ServiceManagerTests(unittest.TestCase):
    def test_it_hears_of_start_reload_and_stop(self):
        service = Service(plugins=["queue/discard"])
        self.addCleanup(service.close)
        path = service.folder / "notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.settimeout(60)
            manager.bind(str(path))
            path.chmod(0o777)
            service.start(env={**os.environ, "NOTIFY_SOCKET": str(path)})
            self.assertRegex(manager.recv(1000).decode(), rf"\AREADY=1\nSTATUS=serving {service.directory}\n\Z")
            haraka("reload", "-c", service.directory)
            self.assertRegex(manager.recv(1000).decode(), r"\ARELOADING=1\nMONOTONIC_USEC=\d+\n\Z")
            self.assertIn("READY=1", manager.recv(1000).decode())
            service.stop()
            self.assertEqual(manager.recv(1000).decode(), "STOPPING=1\n")

    def test_one_that_is_not_there_keeps_nobody_from_serving(self):
        service = Service(plugins=["queue/discard"])
        self.addCleanup(service.close)
        service.start(env={**os.environ, "NOTIFY_SOCKET": str(service.folder / "nobody")})
        service.wait_log("the service manager can't be told")


if __name__ == "__main__":
    unittest.main()
