"""A name server with the records that a test wants: Debian's unbound."""
import pathlib
import shutil
import socket
import subprocess
import tempfile

from service import free_port, wait_for

UNBOUND = shutil.which("unbound", path="/usr/sbin:/usr/bin:/usr/local/sbin")


class NameServer:
    def __init__(self, *records, more=""):
        """More is what unbound.conf has behind it."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="haraka-dns-"))
        self.port = free_port()
        data = "\n".join(f"  local-data: '{record}'" for record in records)
        config = self.folder / "unbound.conf"
        config.write_text(
            "server:\n"
            f"  interface: 127.0.0.1@{self.port}\n  port: {self.port}\n  do-daemonize: no\n  chroot: ''\n"
            "  username: ''\n  use-syslog: no\n  logfile: ''\n  pidfile: ''\n  module-config: 'iterator'\n"
            "  access-control: 127.0.0.0/8 allow\n  local-zone: 'example.' static\n  local-zone: 'test.' static\n"
            f"{data}\nforward-zone:\n  name: '.'\n  forward-addr: 127.0.0.1@1\n{more}")
        self.process = subprocess.Popen([UNBOUND, "-d", "-c", config], stderr=subprocess.DEVNULL)
        wait_for(self.answers, "the name server to answer")

    def answers(self):
        """Whether it answers a question: the address of a name that nobody has."""
        query = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01x\x04test\x00\x00\x01\x00\x01"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.settimeout(0.2)
            probe.sendto(query, ("127.0.0.1", self.port))
            try:
                return probe.recv(512)[:2] == b"\x12\x34"
            except OSError:
                return False

    def close(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
