"""A Postfix of the test's own as the next host: Debian's, with a configuration, a queue and a log in a folder."""
import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile

from service import DEADLINE, free_port, wait_for

POSTFIX = shutil.which("postfix", path="/usr/sbin:/usr/bin")
# Its master gives each daemon an account of its own.
WHY_NOT = "postfix is not installed" if not POSTFIX else "postfix starts only as root" if os.geteuid() != 0 else None


def greets(port):
    """Whether a server that is being started says hello."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as probe:
        return probe.recv(100).startswith(b"220")
    return False


class Postfix:
    """Takes mail for its domains into maildirs, and gives all other, its own reports for one, to a port."""

    def __init__(self, mailboxes=("user",), domains=("example.net",), relay_port=None, **settings):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="haraka-postfix-"))
        self.folder.chmod(0o755)
        self.port = free_port()
        self.config, self.mail = self.folder / "config", self.folder / "mail"
        for name in ("config", "mail", "queue", "data", "log"):
            (self.folder / name).mkdir()
        shutil.chown(self.folder / "data", "postfix")
        shutil.chown(self.mail, "nobody")
        (self.config / "mailboxes").write_text(
            "".join(f"{user}@{domain} {user}/\n" for user in mailboxes for domain in domains))
        usual = {
            "compatibility_level": "3.6", "queue_directory": self.folder / "queue",
            "data_directory": self.folder / "data", "mail_owner": "postfix", "setgid_group": "postdrop",
            "inet_interfaces": "127.0.0.1", "inet_protocols": "ipv4", "myhostname": "postfix.example.net",
            "mydestination": "", "mynetworks": "127.0.0.0/8", "alias_maps": "", "alias_database": "",
            "maillog_file": self.folder / "log/maillog", "maillog_file_prefixes": self.folder,
            "virtual_mailbox_domains": " ".join(domains), "virtual_mailbox_base": self.mail,
            "virtual_mailbox_maps": f"texthash:{self.config}/mailboxes", "virtual_uid_maps": "static:65534",
            "virtual_gid_maps": "static:65534", "smtpd_relay_restrictions": "permit_mynetworks, reject",
            "relayhost": f"[127.0.0.1]:{relay_port}" if relay_port else "", "smtp_tls_security_level": "none",
            "disable_dns_lookups": "yes", "smtpd_peername_lookup": "no", "local_header_rewrite_clients": "",
        }
        self.write_main({**usual, **settings})
        self.write_services()
        self.run("start")
        wait_for(lambda: greets(self.port), "postfix to listen")

    def write_main(self, settings):
        text = "".join(f"{name} = {value}\n" for name, value in settings.items())
        (self.config / "main.cf").write_text(text)

    def write_services(self):
        """Debian's, without chroot, and on a port of ours."""
        lines = []
        for line in pathlib.Path("/usr/share/postfix/master.cf.dist").read_text().splitlines():
            fields = line.split()
            if len(fields) >= 8 and not line.startswith(("#", " ")):
                fields[4] = "n"
                if fields[:2] == ["smtp", "inet"]:
                    fields[0] = f"127.0.0.1:{self.port}"
                line = " ".join(fields)
            lines.append(line)
        (self.config / "master.cf").write_text("\n".join(lines) + "\n")

    def run(self, command):
        done = subprocess.run([POSTFIX, "-c", self.config, command], capture_output=True, text=True, timeout=DEADLINE)
        if done.returncode != 0:
            raise AssertionError(f"postfix {command}: {done.stdout}{done.stderr}{self.log()}")

    def log(self):
        file = self.folder / "log/maillog"
        return file.read_text(errors="replace") if file.exists() else ""

    def stored(self, user="user"):
        """What a mailbox holds."""
        new = self.mail / user / "new"
        return [path.read_bytes() for path in sorted(new.iterdir())] if new.exists() else []

    def close(self):
        subprocess.run([POSTFIX, "-c", self.config, "stop"], capture_output=True, timeout=DEADLINE)
        shutil.rmtree(self.folder, ignore_errors=True)
