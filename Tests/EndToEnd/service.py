"""A running server in a temporary service directory, for the end-to-end tests."""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("HARAKA_BIN", ROOT / ".build/debug"))
HARAKA = BIN / "haraka"
HARAKA_PLUGIN = BIN / "haraka-plugin"
DEADLINE = 60


def wait_for(condition, what, deadline=DEADLINE):
    """Polls until condition() is true; the condition is the test's, the pause only keeps the processor free."""
    end = time.monotonic() + deadline
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        threading.Event().wait(0.02)
    raise AssertionError(f"{what} did not happen within {deadline} s")


def free_port():
    """A port that nobody listens on, for settings that name ports: those have no port 0."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def haraka(*arguments, check=True, **options):
    """Runs a command of the server to its end."""
    done = subprocess.run([HARAKA, *map(str, arguments)], capture_output=True, text=True, timeout=DEADLINE, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"haraka {arguments} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done


class Service:
    """`haraka -i` in a fresh folder, changed as the test wants, then `haraka -c`."""

    def __init__(self, plugins=None, domain="example.com", mailboxes=("user",), **files):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="haraka-test-"))
        self.folder.chmod(0o755)
        self.directory = self.folder / "service"
        haraka("-i", self.directory)
        self.write("smtp.ini", "listen=127.0.0.1:0\nnodes=2\n")
        self.write("log.ini", "level=info\nfile=log/haraka.log\n")
        self.write("me", "mail.example.com\n")
        self.write("host_list", domain + "\n")
        if plugins is not None:
            self.write("plugins", "\n".join(plugins) + "\n")
        for name, text in files.items():
            self.write(name.replace("__", "."), text)
        for user in mailboxes:
            self.mailbox(user)
        self.process = None
        self.lines = []
        # What serves, with what goes before it.
        self.command = [HARAKA]

    def write(self, name, text):
        """Replaces one file of config/ at once, as an editor does."""
        target = self.directory / "config" / name
        target.parent.mkdir(exist_ok=True)
        part = target.parent / f".{target.name}.part"
        part.write_text(text)
        part.chmod(0o644)
        part.rename(target)

    def mailbox(self, user):
        mail = self.directory / "mail"
        owner = mail.stat()
        for part in ("", "tmp", "new", "cur"):
            path = mail / user / part
            path.mkdir(mode=0o700, exist_ok=True)
            os.chown(path, owner.st_uid, owner.st_gid)

    def mails(self, user="user"):
        new = self.directory / "mail" / user / "new"
        return sorted(new.iterdir()) if new.exists() else []

    def start(self, **options):
        self.lines = []
        self.process = subprocess.Popen(
            [*self.command, "-c", self.directory], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", **options
        )
        self.reader = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self.reader.start()
        wait_for(lambda: self.port() or self.process.poll() is not None, "listening")
        if self.process.poll() is not None:
            raise AssertionError("the server ended:\n" + "".join(self.lines))
        return self

    def _read(self, stream):
        for line in stream:
            self.lines.append(line)

    def port(self):
        for line in self.lines:
            found = re.search(r"listening.* address=127\.0\.0\.1:(\d+)", line)
            if found:
                return int(found.group(1))
        return None

    def log(self):
        return "".join(self.lines)

    def log_lines(self, pattern):
        return [line for line in self.lines if re.search(pattern, line)]

    def add_certificate(self, leaf, name="mail.example.com"):
        """Lays an Authority's leaf down by `haraka tls add`."""
        haraka("tls", "add", name, "--cert", leaf.cert, "--key", leaf.key, "-c", self.directory)

    def tested(self):
        """The files that queue/test has written."""
        folder = self.directory / "state/test"
        return set(folder.glob("*.eml")) if folder.exists() else set()

    def written_since(self, before):
        """The messages of the files that weren't there before."""
        return [path.read_bytes() for path in self.tested() - before]

    def wait_log(self, pattern, deadline=DEADLINE, after=0):
        """Waits for a line, one behind the first `after` lines."""
        def found():
            text = "".join(self.lines[after:])
            if self.process.poll() is not None and not re.search(pattern, text):
                raise AssertionError(f"the server ended before {pattern!r}:\n{self.log()}")
            return re.search(pattern, text)
        return wait_for(found, f"a log line {pattern!r}", deadline)

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def stop(self, deadline=DEADLINE):
        if self.alive():
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(deadline)
        self.reader.join(5)
        self.process.stdout.close()
        return code

    def kill(self):
        """Ends it as a crash does."""
        if self.alive():
            self.process.kill()
            self.process.wait()
        if self.process is not None and not self.process.stdout.closed:
            self.reader.join(5)
            self.process.stdout.close()

    def close(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    def smtp(self):
        return smtplib.SMTP("127.0.0.1", self.port(), local_hostname="client.example", timeout=DEADLINE)

    def raw(self, port=None):
        return Raw(port or self.port())

    def send(self, to="user@example.com", sender="me@example.org", text=b"Subject: x\r\n\r\nhello\r\n"):
        with self.smtp() as client:
            return client.sendmail(sender, [to], text)

    def status(self, check=False):
        return haraka("status", "-c", self.directory, check=check)

    def reload(self, check=False):
        return haraka("reload", "-c", self.directory, check=check)


class Raw:
    """A client that sends bytes as they are and reads whole replies."""

    def __init__(self, port, source="127.0.0.1"):
        self.socket = socket.create_connection(("127.0.0.1", port), DEADLINE, source_address=(source, 0))
        self.file = self.socket.makefile("rb")

    def start_tls(self, context, name="mail.example.com"):
        """Goes over to TLS behind the 220."""
        self.file.close()
        self.socket = context.wrap_socket(self.socket, server_hostname=name)
        self.file = self.socket.makefile("rb")

    def trickle(self, data):
        """Sends byte by byte."""
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for index in range(len(data)):
            self.socket.sendall(data[index:index + 1])

    def ended(self):
        """Whether nothing more comes."""
        try:
            return self.file.read(1) == b""
        except (ConnectionError, ssl.SSLError):
            return True

    def reply(self):
        lines = []
        while True:
            line = self.file.readline()
            if not line:
                return "\n".join(lines) or None
            lines.append(line.decode("utf-8", "replace").rstrip("\r\n"))
            if len(line) < 4 or line[3:4] != b"-":
                return "\n".join(lines)

    def say(self, text):
        data = text if isinstance(text, bytes) else text.encode() + b"\r\n"
        self.socket.sendall(data)
        return self.reply()

    def envelope(self, sender="me@example.org", to="user@example.com"):
        """Greets and gives the envelope; returns the reply to RCPT."""
        self.reply()
        self.say("EHLO client.example")
        self.say(f"MAIL FROM:<{sender}>")
        return self.say(f"RCPT TO:<{to}>")

    def close(self):
        with contextlib.suppress(OSError):
            self.file.close()
            self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
