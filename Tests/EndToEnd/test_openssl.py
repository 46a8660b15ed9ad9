"""What `openssl s_client` sees of the running server's TLS, and certificates renewed under load as certbot does it."""
import base64
import os
import pathlib
import pwd
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

from authority import Authority
from service import DEADLINE, HARAKA, Raw, Service, free_port, haraka, wait_for

VERSIONS = ("-tls1_2", "-tls1_3")


def in_turn(*names):
    """The first of these accounts that there is."""
    known = {user.pw_name for user in pwd.getpwall()}
    return next(name for name in names if name in known)


class OpenSSLCase(unittest.TestCase):
    def setUp(self):
        if not shutil.which("openssl"):
            self.skipTest("openssl is not installed")

    @classmethod
    def make(cls, *leaves, ports=("implicit",), **files):
        """A service with certificates, and ports of these names beside the first."""
        cls.numbers = {name: free_port() for name in ports}
        listen = ",".join(["127.0.0.1:0", *(f"127.0.0.1:{number}" for number in cls.numbers.values())])
        files = {name: text.format(**cls.numbers) for name, text in files.items()}
        service = Service(
            plugins=["auth/flat_file", "rcpt_to.in_host_list", "queue/maildir"],
            smtp__ini=f"listen={listen}\nsmtps_port={cls.numbers.get('implicit', 0)}\n", **files)
        for number, leaf in enumerate(leaves):
            folder = service.directory / "config/tls"
            folder.mkdir(exist_ok=True)
            bundle = folder / f"{number}.pem"
            bundle.write_text(leaf.cert.read_text() + leaf.key.read_text())
            bundle.chmod(0o644)
        return service

    def s_client(self, port, *options, said="QUIT\r\n", authority=None):
        """The output of one connection; by STARTTLS, but where TLS comes first."""
        starttls = [] if port == self.numbers.get("implicit") else ["-starttls", "smtp", "-name", "client.example"]
        authority = authority or self.authority
        process = subprocess.Popen(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-CAfile", str(authority.cert), *starttls,
             "-ign_eof", "-crlf", *map(str, options)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        out, _ = process.communicate(said.replace("\r\n", "\n").encode(), DEADLINE)
        return out.decode(errors="replace")

    def common_name(self, output):
        return re.search(r"(?m)^subject=.*CN = (\S+)", output).group(1)


class Handshakes(OpenSSLCase):
    @classmethod
    def setUpClass(cls):
        cls.authority = Authority()
        cls.addClassCleanup(cls.authority.close)
        names = ("mail.example.com", "127.0.0.1")
        cls.ec, cls.rsa = cls.authority.issue(*names), cls.authority.issue(*names, kind="rsa")
        cls.other = cls.authority.issue("other.example.net")
        cls.wild = cls.authority.issue("*.wild.example")
        cls.service = cls.make(cls.ec, cls.rsa, cls.other, cls.wild)
        cls.addClassCleanup(cls.service.close)
        cls.authority.staple(cls.ec, cls.service.directory / "config/tls/0.ocsp")
        cls.service.start()
        cls.ports = (cls.service.port(), cls.numbers["implicit"])

    def test_both_versions_by_starttls_and_where_tls_comes_first(self):
        for version in VERSIONS:
            for port in self.ports:
                with self.subTest(version=version, port=port):
                    out = self.s_client(port, version, "-verify_return_error", "-verify_hostname", "mail.example.com",
                                        said="EHLO client.example\r\nQUIT\r\n")
                    self.assertIn("Verification: OK", out)
                    self.assertIn("Verified peername: mail.example.com", out)
                    self.assertIn("Secure Renegotiation IS", out)
                    self.assertIn("Compression: NONE", out)
                    self.assertRegex(out, "(?m)^221 2.0.0 ")
                    self.assertRegex(out, rf"(?m)^ *Protocol *: {'TLSv1.' + version[-1]}|New, TLSv1.{version[-1]}")

    def test_older_versions_are_not_spoken(self):
        for version in ("-tls1", "-tls1_1"):
            for port in self.ports:
                out = self.s_client(port, version, "-cipher", "ALL:@SECLEVEL=0")
                self.assertRegex(out, "Cipher is \\(NONE\\)|Cipher    : 0000", out)
                self.assertNotIn("221 ", out)
        self.service.wait_log("connection given up ip=127.0.0.1 reason=.*(version|protocol)")

    def test_sessions_are_resumed(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="haraka-test-"))
        self.addCleanup(shutil.rmtree, folder)
        for version in VERSIONS:
            for port in self.ports:
                with self.subTest(version=version, port=port):
                    kept = folder / "session"
                    first = self.s_client(port, version, "-sess_out", kept, said="NOOP\r\nQUIT\r\n")
                    self.assertRegex(first, "(?m)^New, TLSv1")
                    mark = len(self.service.lines)
                    again = self.s_client(port, version, "-sess_in", kept)
                    self.assertRegex(again, "(?m)^Reused, TLSv1")
                    self.assertRegex(again, "(?m)^221 2.0.0 ")
                    self.service.wait_log(r"\] tls ip=.* resumed=(true|Y|yes)", after=mark)

    def test_names_are_told_apart(self):
        for port in self.ports:
            for version in VERSIONS:
                for asked, shown in (
                        ("mail.example.com", "mail.example.com"), ("other.example.net", "other.example.net"),
                        ("OTHER.example.NET", "other.example.net"), ("a.wild.example", "*.wild.example"),
                        ("a.b.wild.example", "mail.example.com"), ("wild.example", "mail.example.com"),
                        ("nobody.example", "mail.example.com"), (None, "mail.example.com")):
                    with self.subTest(asked=asked, version=version, port=port):
                        name = ["-servername", asked] if asked else ["-noservername"]
                        self.assertEqual(self.common_name(self.s_client(port, version, *name)), shown)

    def test_each_client_gets_the_kind_of_key_that_it_knows(self):
        for options, kind in (
                (["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"], "RSA-PSS"),
                (["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"], "ECDSA"),
                (["-tls1_2", "-sigalgs", "RSA+SHA256"], "RSA"),
                (["-tls1_3", "-sigalgs", "rsa_pss_rsae_sha256"], "RSA-PSS"),
                (["-tls1_3", "-sigalgs", "ecdsa_secp256r1_sha256"], "ECDSA")):
            for port in self.ports:
                with self.subTest(options=options, port=port):
                    out = self.s_client(port, *options)
                    self.assertIn("Verification: OK", out)
                    self.assertRegex(out, f"(?m)^Peer signature type: {kind}$")

    def test_a_response_of_ocsp_is_stapled(self):
        for version in VERSIONS:
            for port in self.ports:
                with self.subTest(version=version, port=port):
                    out = self.s_client(port, version, "-status")
                    self.assertIn("OCSP Response Status: successful", out)
                    self.assertIn("Cert Status: good", out)
                    self.assertIn("OCSP response: no response sent",
                                  self.s_client(port, version, "-status", "-servername", "other.example.net"))

    def test_tls_is_in_the_received_line_and_the_log(self):
        lines = ("EHLO client.example", "MAIL FROM:<me@example.org>", "RCPT TO:<user@example.com>", "DATA")
        for version, name in ((ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
            before = set(self.service.mails())
            context = self.authority.context()
            context.maximum_version = context.minimum_version = version
            with self.service.raw() as client:
                client.reply()
                client.say("EHLO client.example")
                client.say("STARTTLS")
                client.start_tls(context)
                cipher = client.socket.cipher()[0]
                for line in lines:
                    client.say(line)
                self.assertRegex(client.say(b"Subject: x\r\n\r\nx\r\n.\r\n"), "^250 ")
                client.say("QUIT")
            made = (set(self.service.mails()) - before).pop().read_text()
            self.assertRegex(made, r"Received: from client.example .*\r?\n\tby mail.example.com .* with ESMTPS id ")
            self.service.wait_log(rf"\] tls ip=127.0.0.1 version={name} cipher={cipher} sni=mail.example.com ")
            self.service.wait_log(rf'transaction .* tls="{name} {cipher}" ')

    def test_a_client_that_begins_with_tls_on_a_plain_port_is_told(self):
        mark = len(self.service.lines)
        with socket.create_connection(("127.0.0.1", self.service.port()), DEADLINE) as plain:
            context = ssl.create_default_context()
            with self.assertRaises(OSError):
                context.wrap_socket(plain, server_hostname="mail.example.com")
        with self.service.raw() as client:
            self.assertRegex(client.reply(), "^220 ")
            client.socket.sendall(bytes.fromhex("160301020001000001fc0303") + bytes(505))
            self.assertRegex(client.reply(), "^521 5.5.2 This port does not begin with TLS")
            self.assertTrue(client.ended())
        self.service.wait_log("connection given up ip=127.0.0.1 reason=.*TLS", after=mark)

    def test_what_is_plain_where_tls_comes_first_is_cut_off(self):
        with self.service.raw(self.numbers["implicit"]) as client:
            client.socket.sendall(b"EHLO client.example\r\n")
            said = client.file.read()
            self.assertNotIn(b"250", said)

    def test_the_list_names_each_certificate(self):
        done = haraka("tls", "list", "-c", self.service.directory)
        for name in ("mail.example.com", "other.example.net", "*.wild.example", "ECDSA 256", "RSA 2048", "yes",
                     "Test Authority", "STARTTLS", f"127.0.0.1:{self.numbers['implicit']} TLS"):
            self.assertIn(name, done.stdout)


class ClientCertificates(OpenSSLCase):
    USER = "cert@example.org"

    @classmethod
    def setUpClass(cls):
        cls.authority, cls.stranger = Authority(), Authority("Somebody else")
        cls.addClassCleanup(cls.authority.close)
        cls.addClassCleanup(cls.stranger.close)
        cls.leaf = cls.authority.issue("mail.example.com")
        cls.service = cls.make(
            cls.leaf, ports=("implicit", "strict"),
            tls__ini=f"ca=clients.pem\nrequireAuthorized[]={{strict}}\n",
            auth_flat_file__ini=f"[core]\nmethods=EXTERNAL\n[users]\n{cls.USER}=nothing\n")
        cls.addClassCleanup(cls.service.close)
        cls.service.write("clients.pem", cls.authority.cert.read_text())
        cls.service.start()
        cls.good = cls.authority.issue(cls.USER, client=True)
        cls.bad = cls.stranger.issue(cls.USER, client=True)

    def show(self, port, leaf, *options, said):
        certificate = ["-cert", leaf.cert, "-key", leaf.key] if leaf else []
        return self.s_client(port, *certificate, *options, said=said)

    def test_where_clients_must_be_verified_the_others_fail(self):
        said = "EHLO client.example\r\nQUIT\r\n"
        for version in VERSIONS:
            for leaf, works in ((self.good, True), (self.bad, False), (None, False)):
                with self.subTest(version=version, works=works, has=leaf is not None):
                    out = self.show(self.numbers["strict"], leaf, version, said=said)
                    self.assertEqual(bool(re.search("(?m)^221 2.0.0", out)), works, out)
                    if not works:
                        self.assertRegex(out, "alert (unknown ca|certificate required|handshake failure)")
        self.service.wait_log("connection given up ip=127.0.0.1 reason=.*certificate")
        with self.service.raw(self.numbers["strict"]) as client:
            client.reply()
            self.assertRegex(client.say("EHLO client.example"), "STARTTLS")
            self.assertRegex(client.say("MAIL FROM:<>"), "^530 5.7.0 ")

    def test_elsewhere_they_may_have_one_and_it_names_the_user(self):
        answer = "AUTH EXTERNAL =\r\n"
        for port in (self.service.port(), self.numbers["implicit"]):
            for version in VERSIONS:
                for leaf, code in ((self.good, "235 2.7.0"), (self.bad, "504"), (None, "504")):
                    with self.subTest(port=port, version=version, code=code):
                        out = self.show(port, leaf, version, said=f"EHLO client.example\r\n{answer}QUIT\r\n")
                        self.assertRegex(out, f"(?m)^(250[- ]AUTH EXTERNAL\r?$)" if leaf is self.good else "(?m)^250")
                        if leaf is not self.good:
                            self.assertNotIn("AUTH EXTERNAL", out)
        self.service.wait_log(r"auth ip=127.0.0.1 user=cert@example.org mechanism=EXTERNAL")
        self.service.wait_log(r"\] tls .* client=\S*cert@example.org fault=\"\"|\] tls .* client=.*cert@example.org")

    def test_another_identity_than_the_certificates_is_refused(self):
        for identity, code in ((self.USER, "235"), ("root@example.org", "535")):
            context = self.authority.context(self.good)
            with Raw(self.numbers["implicit"]) as client:
                client.start_tls(context)
                client.reply()
                client.say("EHLO client.example")
                text = base64.b64encode(identity.encode()).decode()
                self.assertRegex(client.say(f"AUTH EXTERNAL {text}"), f"^{code} ")


class Renewal(OpenSSLCase):
    """Certbot's layout: live/NAME/fullchain.pem and privkey.pem are links into archive/NAME, new at a renewal."""
    NAME = "mail.example.com"

    def setUp(self):
        super().setUp()
        self.authority = Authority()
        self.addCleanup(self.authority.close)
        self.certbot = pathlib.Path(tempfile.mkdtemp(prefix="haraka-certbot-"))
        self.addCleanup(shutil.rmtree, self.certbot)
        self.certbot.chmod(0o755)
        self.live, self.archive = (self.certbot / part / self.NAME for part in ("live", "archive"))
        for folder in (self.live, self.archive):
            folder.mkdir(parents=True)
        self.count = 0
        self.account = in_turn("haraka", "nobody")

    def renew(self, leaf=None, mode=0o640):
        """As certbot does: new files into the archive, then the links one after the other."""
        self.count += 1
        leaf = leaf or self.authority.issue(self.NAME)
        for name, source in (("privkey", leaf.key), ("fullchain", leaf.cert)):
            target = self.archive / f"{name}{self.count}.pem"
            target.write_bytes(source.read_bytes())
            target.chmod(mode)
            if os.geteuid() == 0:
                os.chown(target, 0, pwd.getpwnam(self.account).pw_gid)
            part = self.live / f".{name}.part"
            part.symlink_to(os.path.relpath(target, self.live))
            part.rename(self.live / f"{name}.pem")
        return leaf

    def server(self, **files):
        service = self.make(ports=(), **files)
        self.addCleanup(service.close)
        if os.geteuid() == 0:
            service.write("smtp.ini", f"listen=127.0.0.1:0\nsmtps_port=0\nuser={self.account}\n")
        return service

    def link(self, service):
        folder = service.directory / "config/tls"
        folder.mkdir(exist_ok=True)
        (folder / self.NAME).symlink_to(self.live)

    def serial(self, service):
        """The serial number that a new handshake shows."""
        with service.raw() as client:
            client.reply()
            client.say("EHLO client.example")
            self.assertRegex(client.say("STARTTLS"), "^220 ")
            client.start_tls(self.authority.context())
            number = client.socket.getpeercert()["serialNumber"]
            self.assertRegex(client.say("EHLO client.example"), "^250")
            self.assertRegex(client.say("QUIT"), "^221")
            return number

    def assert_dropped(self, service):
        if os.geteuid() != 0:
            return
        status = pathlib.Path(f"/proc/{service.process.pid}/status").read_text()
        number = str(pwd.getpwnam(self.account).pw_uid)
        self.assertEqual(re.search(r"Uid:\s+(.*)", status).group(1).split(), [number] * 4)

    def under_load(self, service, change, until):
        """Changes the certificate while handshakes go on; the serial numbers that they saw, in order."""
        seen, failures, enough = [], [], threading.Event()

        def load():
            while not enough.is_set():
                try:
                    seen.append(self.serial(service))
                except Exception as error:  # every failure counts, whatever it is
                    failures.append(repr(error))
        clients = [threading.Thread(target=load) for _ in range(3)]
        for client in clients:
            client.start()
        try:
            wait_for(lambda: len(seen) > 5 or failures, "handshakes")
            change()
            wait_for(lambda: until in seen or failures, "the new certificate", 100)
            count = len(seen)
            wait_for(lambda: len(seen) > count + 5 or failures, "more handshakes")
        finally:
            enough.set()
            for client in clients:
                client.join(DEADLINE)
        self.assertEqual(failures, [])
        return seen

    def assert_renewed_once(self, seen, old, new):
        self.assertEqual(set(seen), {old, new})
        self.assertEqual(seen[0], old)
        # Three clients write down what they saw at their own pace.
        self.assertNotIn(old, seen[seen.index(new) + 3:])

    def test_linked_folder_renewed_under_load(self):
        first = self.renew()
        service = self.server()
        self.link(service)
        with service:
            self.assert_dropped(service)
            self.assertEqual(self.serial(service), first.serial)
            second = self.authority.issue(self.NAME)

            def change():
                self.renew(second)
                # Without it the server looks within a minute.
                self.assertEqual(service.reload().returncode, 0)
            seen = self.under_load(service, change, second.serial)
            self.assert_renewed_once(seen, first.serial, second.serial)
            self.assertEqual(self.serial(service), second.serial)

    @unittest.skipUnless(os.geteuid() == 0, "only root has files that the account can't read")
    def test_deploy_hook_renewed_under_load(self):
        first = self.renew(mode=0o600)
        for folder in ("live", "archive"):
            (self.certbot / folder).chmod(0o700)
        service = self.server()
        hook = ["tls", "add", "-c", service.directory]
        environment = os.environ | {"RENEWED_LINEAGE": str(self.live), "RENEWED_DOMAINS": self.NAME}
        haraka(*hook, env=environment)
        with service:
            self.assert_dropped(service)
            self.assertEqual(self.serial(service), first.serial)
            second = self.authority.issue(self.NAME)

            def change():
                self.renew(second, mode=0o600)
                haraka(*hook, env=environment)
            seen = self.under_load(service, change, second.serial)
            self.assert_renewed_once(seen, first.serial, second.serial)
            self.assertNotIn("can't be read", service.log())

    def test_a_broken_renewal_keeps_the_old_and_says_why(self):
        first = self.renew()
        service = self.server()
        self.link(service)
        with service:
            other = self.authority.issue(self.NAME)
            broken = {
                "is not PEM": lambda: (self.live / "fullchain.pem").resolve().write_text("half"),
                "key": lambda: (self.live / "privkey.pem").resolve().write_bytes(other.key.read_bytes()),
                "privkey|key": lambda: (self.live / "privkey.pem").unlink(),
            }
            for why, damage in broken.items():
                with self.subTest(why):
                    mark = len(service.lines)
                    self.renew(first)
                    service.reload()
                    damage()
                    done = service.reload()
                    self.assertNotEqual(done.returncode, 0, done.stdout)
                    self.assertRegex(done.stdout + done.stderr, f"config/tls/.*({why})")
                    service.wait_log(f"reload refused.*config/tls.*({why})", after=mark)
                    self.assertEqual(self.serial(service), first.serial)
                    self.assertNotEqual(service.status().returncode, 0)
            second = self.renew()
            self.assertEqual(service.reload().returncode, 0)
            self.assertEqual(self.serial(service), second.serial)
            self.assertEqual(service.status().returncode, 0)

    def test_missing_keys_stop_the_start(self):
        def fails(service, words):
            for command in (["-c"], ["check", "-c"]):
                done = subprocess.run([HARAKA, *command, service.directory], capture_output=True, text=True,
                                      timeout=DEADLINE)
                self.assertEqual(done.returncode, 1, command)
                self.assertRegex(done.stdout + done.stderr, words)
        self.renew()
        service = self.server()
        self.link(service)
        (self.live / "privkey.pem").unlink()
        fails(service, "config/tls/mail.example.com/fullchain.pem: its private key is missing")
        self.renew()
        (self.archive / f"privkey{self.count}.pem").unlink()
        fails(service, "config/tls.*key")
        shutil.rmtree(service.directory / "config/tls", ignore_errors=True)
        (service.directory / "config/tls").unlink(missing_ok=True)
        service.write("tls.ini", "cert=nowhere.pem\nkey=nowhere.pem\n")
        fails(service, "nowhere.pem")
        service.write("tls.ini", "")
        port = free_port()
        service.write("smtp.ini", f"listen=127.0.0.1:{port}\nsmtps_port={port}\n")
        fails(service, "TLS|certificate")


if __name__ == "__main__":
    unittest.main()
