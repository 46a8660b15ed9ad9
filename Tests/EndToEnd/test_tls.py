"""Certificates of a running server: taken, kept, renewed, and read without root."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from service import DEADLINE, HARAKA, Service, haraka, wait_for


def make(folder, name, days=90):
    """A certificate of its own making: NAME.pem and NAME.key."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", str(days),
         "-subj", "/CN=mail.example.com", "-addext", "subjectAltName=DNS:mail.example.com",
         "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem"], check=True, capture_output=True)


class TLSTests(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="haraka-certs-"))
        self.addCleanup(shutil.rmtree, self.folder)
        make(self.folder, "first")
        make(self.folder, "second", days=10)

    def service(self, **files):
        service = Service(plugins=[], **files)
        self.addCleanup(service.close)
        return service

    def add(self, service, name, **options):
        return haraka("tls", "add", "mail.example.com", "--cert", self.folder / f"{name}.pem",
                      "--key", self.folder / f"{name}.key", "-c", service.directory, **options)

    def log(self, service):
        file = service.directory / "log/haraka.log"
        return file.read_text() if file.exists() else ""

    def test_a_certificate_comes_and_is_renewed_while_the_server_runs(self):
        with self.service() as service:
            self.add(service, "first")
            wait_for(lambda: "certificate for mail.example.com" in self.log(service), "the certificate")
            listed = haraka("tls", "list", "-c", service.directory).stdout
            self.assertIn("mail.example.com", listed)
            self.assertIn("STARTTLS", listed)
            self.add(service, "second")
            wait_for(lambda: "certificate ends soon" in self.log(service), "the renewal")
            self.assertEqual(haraka("status", "-c", service.directory).returncode, 0)

    def test_a_broken_one_is_refused_and_so_is_having_none(self):
        service = self.service()
        self.add(service, "first")
        with service:
            folder = service.directory / "config/tls"
            (folder / "broken.pem").write_text("x")
            wait_for(lambda: "is not PEM" in self.log(service), "the refusal")
            shutil.rmtree(folder)
            wait_for(lambda: "the certificates are gone" in self.log(service), "the refusal")
            self.assertEqual(haraka("status", "-c", service.directory, check=False).returncode, 1)

    def test_a_broken_one_stops_the_start(self):
        service = self.service()
        self.add(service, "first")
        (service.directory / "config/tls/mail.example.com.pem").write_bytes((self.folder / "first.pem").read_bytes())
        for command in (["check", "-c"], ["tls", "list", "-c"], ["-c"]):
            done = subprocess.run([HARAKA, *command, service.directory], capture_output=True, text=True,
                                  timeout=DEADLINE)
            self.assertEqual(done.returncode, 1, command)
            self.assertIn("config/tls: no certificate here has its private key", done.stdout + done.stderr)

    def test_certbots_hook_needs_the_directory_only(self):
        service = self.service()
        lineage = self.folder / "live"
        lineage.mkdir()
        shutil.copy(self.folder / "first.pem", lineage / "fullchain.pem")
        shutil.copy(self.folder / "first.key", lineage / "privkey.pem")
        environment = os.environ | {"RENEWED_LINEAGE": str(lineage), "RENEWED_DOMAINS": "mail.example.com"}
        haraka("tls", "add", "-c", service.directory, env=environment)
        self.assertTrue((service.directory / "config/tls/mail.example.com.pem").exists())

    @unittest.skipUnless(os.geteuid() == 0, "only root can give itself up")
    def test_what_the_account_cannot_read_again_is_said_at_the_start(self):
        service = self.service()
        folder = service.directory / "config/tls"
        folder.mkdir()
        bundle = folder / "mail.pem"
        bundle.write_text((self.folder / "first.pem").read_text() + (self.folder / "first.key").read_text())
        bundle.chmod(0o600)
        with service:
            wait_for(lambda: "certificates can't be read again" in self.log(service), "the warning")
            self.assertIn("config/tls/mail.pem", self.log(service))
            # What haraka tls add lays down can be.
            bundle.unlink()
            self.add(service, "first")
            wait_for(lambda: "applied=config/tls/mail.example.com.pem" in self.log(service), "the reload")


if __name__ == "__main__":
    unittest.main()
