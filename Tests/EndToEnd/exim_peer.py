"""An Exim of the test's own as the next host, without being installed, which Postfix would have to make room for."""
import os
import pathlib
import shutil
import subprocess
import tempfile

from postfix_peer import greets
from service import ROOT, free_port, wait_for

LAID_DOWN = pathlib.Path(os.environ.get("HARAKA_EXIM", ROOT / ".build/exim")) / "usr/sbin/exim4"
EXIM = LAID_DOWN if LAID_DOWN.exists() else shutil.which("exim4", path="/usr/sbin:/usr/bin")
WRAPPER = next(pathlib.Path("/usr/lib").glob("*/libnss_wrapper.so"), None)
WHY_NOT = "exim is not there (tools/exim .build/exim)" if not EXIM else (
    "libnss-wrapper is not installed" if not WRAPPER else "exim starts only as root" if os.geteuid() != 0 else None)


class Exim:
    """Takes mail for everybody into one maildir; main is more of its configuration's main section."""

    def __init__(self, main=""):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="haraka-exim-"))
        self.folder.chmod(0o755)
        self.port = free_port()
        for name in ("spool", "log", "mail"):
            (self.folder / name).mkdir()
            shutil.chown(self.folder / name, 65534, 65534)
        # Debian's Exim ends at once without the account that its package makes. Where it would run itself anew, to
        # deliver as root, the wrapper's variables are gone: so it delivers as it is.
        (self.folder / "passwd").write_text(
            "root:x:0:0:root:/root:/bin/sh\nDebian-exim:x:65534:65534::/nonexistent:/usr/sbin/nologin\n")
        (self.folder / "group").write_text("root:x:0:\nmail:x:8:\nDebian-exim:x:65534:\n")
        (self.folder / "exim.conf").write_text(
            f"primary_hostname = exim.example\nspool_directory = {self.folder}/spool\n"
            f"log_file_path = {self.folder}/log/%slog\npid_file_path = {self.folder}/spool/pid\n"
            "keep_environment = LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP\n"
            f"daemon_smtp_ports = {self.port}\nlocal_interfaces = 127.0.0.1\nnever_users =\n"
            "acl_smtp_rcpt = accept\nacl_smtp_data = accept\nrfc1413_query_timeout = 0s\n"
            f"message_size_limit = 50M\ndeliver_drop_privilege = true\n{main}\n"
            "begin routers\nall:\n  driver = accept\n  transport = maildir\n"
            "begin transports\nmaildir:\n  driver = appendfile\n  maildir_format\n"
            f"  directory = {self.folder}/mail\n  user = Debian-exim\n  group = Debian-exim\n"
            "begin retry\n* * F,1m,1m\n")
        variables = {**os.environ, "LD_PRELOAD": str(WRAPPER), "NSS_WRAPPER_PASSWD": f"{self.folder}/passwd",
                     "NSS_WRAPPER_GROUP": f"{self.folder}/group"}
        self.process = subprocess.Popen([EXIM, "-C", self.folder / "exim.conf", "-bdf"], env=variables,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: greets(self.port) or self.process.poll() is not None, "exim to listen")
        if self.process.poll() is not None:
            raise AssertionError(f"exim ended: {self.log()}")

    def log(self):
        return "".join(path.read_text(errors="replace") for path in (self.folder / "log").iterdir())

    def stored(self, user="user"):
        """What a mailbox holds."""
        new = self.folder / "mail/new"
        return [path.read_bytes() for path in sorted(new.iterdir())] if new.exists() else []

    def close(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
