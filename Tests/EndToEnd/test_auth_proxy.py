"""auth/auth_proxy: users log in here with what another server knows them by; and haraka.net/1 under a plugin in C."""
import base64
import contextlib
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

from service import DEADLINE, HARAKA, ROOT, Service, haraka, wait_for
from test_contract import PLUGINS, ContractService

USER = "ada@example.com"
PASSWORD = "correct-horse-battery"


def plain(user=USER, password=PASSWORD):
    return base64.b64encode(f"\0{user}\0{password}".encode()).decode()


def make(folder, name, host):
    """A certificate for a host, signed by itself."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
         "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}",
         "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem"], check=True, capture_output=True)
    return folder / f"{name}.pem", folder / f"{name}.key"


class Remote:
    """A mail server of a few lines: what it offers and answers is the test's to say."""

    def __init__(self, certificate=None, answer="235 2.7.0 yes", greeting="220 remote ESMTP"):
        self.answer, self.greeting = answer, greeting
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        self.lines = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer):
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            self.talk(stack.enter_context(peer), stack)

    def talk(self, peer, stack):
        peer.settimeout(DEADLINE)
        if self.greeting is None:
            peer.recv(1)
            return
        peer.sendall(self.greeting.encode() + b"\r\n")
        file, secure = peer.makefile("rb"), False
        while line := file.readline():
            self.lines.append((secure, line.decode().strip()))
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"EHLO":
                offer = [] if secure or not self.context else ["STARTTLS"]
                lines = ["remote", *offer, "AUTH PLAIN"]
                reply = "\r\n".join(f"250{'-' if i + 1 < len(lines) else ' '}{t}" for i, t in enumerate(lines))
            elif verb == b"STARTTLS":
                peer.sendall(b"220 go\r\n")
                peer = stack.enter_context(self.context.wrap_socket(peer, server_side=True))
                file, secure = peer.makefile("rb"), True
                continue
            elif verb == b"AUTH":
                reply = self.answer
            else:
                reply = "221 bye"
            peer.sendall(reply.encode() + b"\r\n")

    def asked(self):
        """Whether each AUTH came inside TLS."""
        return [secure for secure, line in self.lines if line.upper().startswith("AUTH")]

    def close(self):
        self.socket.close()


class AuthProxyTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="haraka-proxy-"))
        cls.folder.chmod(0o755)
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.good = make(cls.folder, "good", "localhost")
        cls.other = make(cls.folder, "other", "other.example")
        cls.stranger = make(cls.folder, "stranger", "localhost")
        trusted = cls.folder / "trusted.pem"
        trusted.write_text(cls.good[0].read_text() + cls.other[0].read_text())
        trusted.chmod(0o644)
        cls.environment = os.environ | {"SSL_CERT_FILE": str(trusted), "SSL_CERT_DIR": "/nonexistent"}

    def front(self, *remotes, core="", **files):
        """The server whose users another one knows."""
        hosts = " ".join(f"localhost:{port}" for port in remotes)
        service = Service(
            plugins=["auth/auth_proxy", "rcpt_to.in_host_list", "queue/maildir"],
            auth__ini="private_without_tls=true\n[failures]\ndelay=0\n",
            auth_proxy__ini=f"[core]\ntimeout=5\n{core}[domains]\nexample.com = {hosts}\n", **files)
        service.write("log.ini", "level=data\n")
        self.addCleanup(service.close)
        return service.start(env=self.environment)

    def remote(self, *arguments, **options):
        remote = Remote(*arguments, **options)
        self.addCleanup(remote.close)
        return remote

    def login(self, service, user=USER, password=PASSWORD):
        with service.smtp() as client:
            self.assertIn(b"AUTH PLAIN LOGIN", client.ehlo()[1])
            return client.docmd("AUTH", "PLAIN " + plain(user, password))[0]

    def silent(self, service, password=PASSWORD):
        """The log has no secret, in any form."""
        for secret in (password, plain(), base64.b64encode(password.encode()).decode()):
            self.assertNotIn(secret, service.log())

    def test_a_server_of_ours_knows_the_users(self):
        remote = Service(
            plugins=["auth/flat_file"], auth__ini="[failures]\ndelay=0\n",
            auth_flat_file__ini=f"[users]\n{USER}={PASSWORD}\n")
        self.addCleanup(remote.close)
        haraka("tls", "add", "localhost", "--cert", self.good[0], "--key", self.good[1], "-c", remote.directory)
        with remote:
            service = self.front(remote.port())
            self.assertEqual(self.login(service), 235)
            self.assertEqual(self.login(service, password="wrong"), 535)
            self.assertEqual(self.login(service, user="bob@example.com"), 535)
            self.assertEqual(self.login(service, user="ada"), 535)
            self.assertEqual(self.login(service, user="ada@other.example"), 535)
            with service.smtp() as client:
                client.login(USER, PASSWORD)
                self.assertEqual(client.docmd("MAIL", f"FROM:<{USER}>")[0], 250)
                # Who has logged in may send anywhere.
                self.assertEqual(client.docmd("RCPT", "TO:<far@far.example>")[0], 250)
            with service.smtp() as client:
                client.ehlo()
                client.user, client.password = USER, PASSWORD
                self.assertEqual(client.auth("LOGIN", client.auth_login)[0], 235)
            self.silent(service)
            self.silent(remote)

    def test_a_server_that_is_down_is_told_for_now_and_the_next_one_is_asked(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            nobody = taken.getsockname()[1]
        service = self.front(nobody)
        self.assertEqual(self.login(service), 454)
        service.wait_log(f"localhost:{nobody} can't be asked: the connection was refused")
        remote = self.remote(self.good)
        second = self.front(nobody, remote.port)
        self.assertEqual(self.login(second), 235)
        self.assertEqual(remote.asked(), [True])

    def test_a_silent_server_is_given_up(self):
        service = self.front(self.remote(greeting=None).port, core="")
        self.assertEqual(self.login(service), 454)
        service.wait_log(r"can't be asked: the other side took more than 5\.0 seconds")

    def test_without_starttls_the_password_stays_here(self):
        remote = self.remote()
        service = self.front(remote.port)
        self.assertEqual(self.login(service), 454)
        self.assertEqual(remote.asked(), [])
        service.wait_log("offers no STARTTLS")
        lax = self.front(remote.port, core="allow_cleartext=true\n")
        self.assertEqual(self.login(lax), 235)
        self.assertEqual(remote.asked(), [False])

    def test_a_certificate_that_does_not_pass_keeps_the_password_here(self):
        for certificate in (self.other, self.stranger):
            remote = self.remote(certificate)
            service = self.front(remote.port)
            self.assertEqual(self.login(service), 454)
            self.assertEqual(remote.asked(), [])
            service.wait_log("certificate")
            lax = self.front(remote.port, core="tls_verify=false\n")
            self.assertEqual(self.login(lax), 235)
            self.assertEqual(remote.asked(), [True])

    def test_answers_are_passed_on(self):
        for answer, code in (("535 5.7.8 no", 535), ("454 4.7.0 later", 454), ("550 gone", 535), ("504 what", 454)):
            remote = self.remote(self.good, answer=answer)
            self.assertEqual(self.login(self.front(remote.port)), code, answer)

    def test_a_changed_file_is_taken_by_the_running_server(self):
        remote = self.remote(self.good)
        service = self.front(1)
        self.assertEqual(self.login(service), 454)
        service.write("auth_proxy.ini", f"[domains]\nexample.com = localhost:{remote.port}\n")
        self.assertIn(service.reload().returncode, (0, 1))
        wait_for(lambda: self.login(service) == 235, "the new server")

    def test_without_the_capability_it_is_not_loaded(self):
        service = Service(plugins=["auth/auth_proxy"], plugins__ini="[auth/auth_proxy]\ncapabilities[]=auth.secret\n")
        self.addCleanup(service.close)
        done = subprocess.run([HARAKA, "-c", service.directory], capture_output=True, text=True, timeout=DEADLINE)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("[auth/auth_proxy] capabilities[]=net", done.stdout + done.stderr)

    def test_its_page_is_shown(self):
        self.assertIn("allow_cleartext", haraka("-h", "plugins/auth/auth_proxy").stdout)


class NetContractTests(unittest.TestCase):
    """The C plugin of the contract suite, in its mode `net`."""

    @classmethod
    def setUpClass(cls):
        if "HARAKA_CONTRACT_PLUGINS" not in os.environ:
            subprocess.run([ROOT / "Tests/Plugins/build", PLUGINS, "c"], check=True, timeout=1200)

    def running(self, address):
        service = ContractService("c", "net")
        self.addCleanup(service.close)
        service.write("plugins.ini", "[contract]\ncapabilities[]=net\n")
        service.write("contract.ini", f"mode=net\nhook=rcpt\naddress={address}\n")
        return service.start()

    def test_an_echo_is_heard(self):
        echo = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(echo.close)

        def serve():
            while True:
                try:
                    peer, _ = echo.accept()
                except OSError:
                    return
                with peer:
                    while data := peer.recv(4096):
                        peer.sendall(data)

        threading.Thread(target=serve, daemon=True).start()
        service = self.running(f"127.0.0.1:{echo.getsockname()[1]}")
        for _ in range(20):
            reply = service.rcpt()
            self.assertTrue(reply.startswith("250"), reply)
        wait_for(lambda: service.said("contract: net closed -3") == 20, "the log")
        self.assertEqual(service.said("contract: net connected 0"), 20)
        self.assertEqual(service.said("contract: net data 4"), 20)

    def test_a_refused_connection_is_an_error(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        service = self.running(f"127.0.0.1:{port}")
        self.assertTrue(service.rcpt().startswith("450"))
        service.wait_log("contract: net the connection was refused -3")


if __name__ == "__main__":
    unittest.main()
