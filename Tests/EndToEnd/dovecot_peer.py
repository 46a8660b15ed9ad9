"""A Dovecot of the test's own that takes mail by LMTP, over TCP and over a unix socket."""
import os
import pathlib
import shutil
import subprocess
import tempfile

from postfix_peer import greets
from service import free_port, wait_for

DOVECOT = shutil.which("dovecot", path="/usr/sbin:/usr/bin")
HAS_LMTP = pathlib.Path("/usr/lib/dovecot/lmtp").exists()
WHY_NOT = "dovecot-lmtpd is not installed" if not (DOVECOT and HAS_LMTP) else (
    "dovecot starts only as root" if os.geteuid() != 0 else None)


class Dovecot:
    """Users of example.net with maildirs; quotas are bytes by user's name."""

    def __init__(self, users=("user",), quotas={}, settings=""):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="haraka-dovecot-"))
        self.folder.chmod(0o755)
        self.port, self.socket = free_port(), self.folder / "run/lmtp"
        self.mail = self.folder / "mail"
        self.mail.mkdir()
        shutil.chown(self.mail, "nobody")
        (self.folder / "users").write_text("".join(
            f"{user}@example.net::65534:65534::{self.mail}/{user}::"
            + (f"userdb_quota_rule=*:bytes={quotas[user]}" if user in quotas else "") + "\n" for user in users))
        (self.folder / "dovecot.conf").write_text(
            f"base_dir = {self.folder}/run\nstate_dir = {self.folder}/state\nprotocols = lmtp\nlisten = 127.0.0.1\n"
            f"log_path = {self.folder}/log\ninstance_name = haraka-test\nssl = no\nfirst_valid_uid = 1\n"
            "mail_location = maildir:~/\nmail_plugins = quota\nprotocol lmtp {\n  mail_plugins = quota\n}\n"
            "plugin {\n  quota = count:User quota\n  quota_vsizes = yes\n  quota_grace = 0\n}\n"
            f"userdb {{\n  driver = passwd-file\n  args = {self.folder}/users\n}}\n"
            f"passdb {{\n  driver = passwd-file\n  args = {self.folder}/users\n}}\n"
            f"service lmtp {{\n  unix_listener lmtp {{\n    mode = 0666\n  }}\n"
            f"  inet_listener lmtp {{\n    address = 127.0.0.1\n    port = {self.port}\n  }}\n}}\n{settings}\n")
        self.process = subprocess.Popen([DOVECOT, "-c", self.folder / "dovecot.conf", "-F"],
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        wait_for(lambda: greets(self.port) or self.process.poll() is not None, "dovecot to listen")
        if self.process.poll() is not None:
            raise AssertionError(f"dovecot ended: {self.process.stdout.read()}{self.log()}")

    def log(self):
        file = self.folder / "log"
        return file.read_text(errors="replace") if file.exists() else ""

    def stored(self, user="user"):
        """What a mailbox holds."""
        new = self.mail / user / "new"
        return [path.read_bytes() for path in sorted(new.iterdir())] if new.exists() else []

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)
