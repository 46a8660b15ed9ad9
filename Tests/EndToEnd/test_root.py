"""What the server and its tools do, and don't do, while they are root."""
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import unittest

from service import DEADLINE, HARAKA, HARAKA_PLUGIN, ROOT, Service, wait_for

INCLUDE = ROOT / "Sources/PluginABI/include"


@unittest.skipUnless(os.geteuid() == 0, "these tests have to run as root")
class RootTests(unittest.TestCase):
    def service(self, **files):
        service = Service(**files)
        self.addCleanup(service.close)
        return service

    def serve(self, service):
        return subprocess.run([HARAKA, "-c", service.directory], capture_output=True, text=True, timeout=DEADLINE)

    def test_a_link_as_log_file_gives_nobody_roots_file(self):
        service = self.service()
        secret = service.folder / "secret"
        secret.write_text("root's\n")
        secret.chmod(0o600)
        log = service.directory / "log/haraka.log"
        log.unlink(missing_ok=True)
        log.symlink_to(secret)
        done = self.serve(service)
        self.assertEqual((secret.stat().st_uid, secret.read_text()), (0, "root's\n"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("must be able to write it", done.stdout + done.stderr)

    def test_a_link_in_place_of_a_folder_is_refused(self):
        service = self.service()
        target = service.folder / "target"
        target.mkdir()
        shutil.rmtree(service.directory / "log")
        (service.directory / "log").symlink_to(target)
        done = self.serve(service)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(target.stat().st_uid, 0)

    def test_making_a_directory_again_follows_no_link_in_mail(self):
        service = self.service()
        target = service.folder / "target"
        target.mkdir()
        box = service.directory / "mail/postmaster"
        shutil.rmtree(box)
        box.symlink_to(target)
        subprocess.run([HARAKA, "-i", service.directory], check=True, capture_output=True, timeout=DEADLINE)
        self.assertEqual((target.stat().st_uid, list(target.iterdir())), (0, []))

    def test_the_log_file_is_the_accounts(self):
        with self.service() as service:
            owner = (service.directory / "log/haraka.log").stat().st_uid
            self.assertIn(pwd.getpwuid(owner).pw_name, ("haraka", "nobody"))

    def test_a_plugin_is_never_run_as_root_by_the_tool(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="haraka-test-"))
        self.addCleanup(shutil.rmtree, folder)
        source, plugin = folder / "a.c", folder / "a.so"
        source.write_text(
            "#include <stdlib.h>\n#include <unistd.h>\n#include <haraka_plugin.h>\n"
            "__attribute__((constructor)) static void early(void) { if (geteuid() == 0 || getuid() == 0) abort(); }\n"
            "__attribute__((visibility(\"default\"))) const hk_plugin *haraka_plugin_v1(uint16_t minor)"
            " { (void)minor; return 0; }\n"
        )
        subprocess.run(["cc", "-shared", "-fPIC", f"-I{INCLUDE}", "-o", plugin, source], check=True)
        done = subprocess.run([HARAKA_PLUGIN, "check", plugin], capture_output=True, text=True, timeout=DEADLINE)
        self.assertNotIn("SIGABRT", done.stdout + done.stderr)
        self.assertIn("gives NULL", done.stdout + done.stderr)

    def background(self, extra=""):
        service = self.service()
        pid = service.folder / "haraka.pid"
        out = service.folder / "daemon.log"
        service.write(
            "smtp.ini",
            f"listen=127.0.0.1:0\nnodes=1\ndaemonize=true\ndaemon_pid_file={pid}\ndaemon_log_file={out}\n{extra}",
        )
        return service, pid, self.serve(service)

    def test_the_pid_file_names_the_living_server(self):
        service, pid, done = self.background()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        number = int(pid.read_text())
        self.addCleanup(lambda: alive(number) and os.kill(number, signal.SIGKILL))
        self.assertIn(f"pid {number}", service.status().stdout)
        os.kill(number, signal.SIGTERM)
        wait_for(lambda: not alive(number), "the end of the server")

    def test_a_failed_start_in_the_background_is_told(self):
        _, pid, done = self.background("user=no-such-user\n")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no-such-user", done.stdout + done.stderr)
        self.assertFalse(pid.exists())

    def test_who_is_cut_off_within_a_transaction_gets_421(self):
        service = self.service()
        service.write("smtp.ini", "listen=127.0.0.1:0\nnodes=1\nforce_shutdown_timeout=1\n")
        with service, service.raw() as client:
            client.envelope()
            service.process.send_signal(signal.SIGTERM)
            self.assertRegex(client.reply() or "", r"^421 4\.3\.2 ")


def alive(number):
    """Whether the process runs; one that has ended and waits for its parent doesn't."""
    try:
        return pathlib.Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    unittest.main()
