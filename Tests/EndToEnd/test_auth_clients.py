"""What other people's clients make of AUTH: smtplib, swaks, curl, gsasl, and a SCRAM client with both channel bindings.

RFC 7677's own example is a unit test: Tests/SMTPTests/SASL/SASLScramTests.swift.
"""
import base64
import hashlib
import hmac
import os
import re
import shutil
import smtplib
import ssl
import subprocess
import time
import unittest

from authority import Authority
from service import DEADLINE, Raw, Service, free_port, haraka
from test_dropped_in import compile_c

ADA, PASSWORD, TOKEN = "ada@example.org", "pencil&secret", "good-token-5e884898"
SCRAM, CRYPT, FROM_CERTIFICATE = "scram@example.org", "crypt@example.org", "cert@example.org"
MESSAGE = b"Subject: x\r\n\r\nhello\r\n"

# Knows one token, for ada.
TOKENS = r"""
#include "haraka_plugin_c.h"
#define CALL(X) X(U, call)
#define ASKED(X) X(s, auth_user) X(B, auth_token)
HK_HOOK(offer, CALL) { hk_facts->add_capability(hk_ctx, call, hk_lit("AUTH XOAUTH2 OAUTHBEARER")); return HK_V_CONT; }
HK_HOOK(judge, ASKED) {
    if (hk_equal(auth_token, hk_lit("busy"))) return HK_V_DENYSOFT;
    return hk_equal(auth_token, hk_lit("%s")) ? HK_V_OK : HK_V_DENY;
}
HK_PLUGIN("org.example.tokens", "1.0", HK_PF_SERIAL, HK_ON("capabilities", offer, 0), HK_ON("auth_token", judge, 0))
""" % TOKEN


def b64(data):
    return base64.b64encode(data if isinstance(data, bytes) else data.encode())


def needs(tool):
    return unittest.skipUnless(shutil.which(tool), f"{tool} is not installed")


class Scram:
    """The client's side of RFC 5802 with SHA-256."""

    def __init__(self, user, password, name=None, data=b"", flag="n"):
        self.password = password
        self.header = f"p={name},," if name else f"{flag},,"
        self.data = data
        self.nonce = base64.b64encode(os.urandom(18)).decode()
        self.bare = f"n={user},r={self.nonce}"

    def first(self):
        return (self.header + self.bare).encode()

    def final(self, challenge):
        text = challenge.decode()
        parts = dict(part.split("=", 1) for part in text.split(","))
        assert parts["r"].startswith(self.nonce) and len(parts["r"]) > len(self.nonce) + 16
        binding = b64(self.header.encode() + self.data).decode()
        without = f"c={binding},r={parts['r']}"
        salted = hashlib.pbkdf2_hmac(
            "sha256", self.password.encode(), base64.b64decode(parts["s"]), int(parts["i"]))
        signed = f"{self.bare},{text},{without}".encode()
        key = self.sign(salted, b"Client Key")
        proof = bytes(a ^ b for a, b in zip(key, self.sign(hashlib.sha256(key).digest(), signed)))
        self.signature = self.sign(self.sign(salted, b"Server Key"), signed)
        return f"{without},p={b64(proof).decode()}".encode()

    @staticmethod
    def sign(key, data):
        return hmac.new(key, data, "sha256").digest()

    def speak(self, client, mechanism):
        """The last reply; asserts that the server knows the password too."""
        reply = client.say(b"AUTH %s %s\r\n" % (mechanism.encode(), b64(self.first())))
        if not reply.startswith("334 "):
            return reply
        reply = client.say(b64(self.final(base64.b64decode(reply[4:]))) + b"\r\n")
        if not reply.startswith("334 "):
            return reply
        assert base64.b64decode(reply[4:]) == b"v=" + b64(self.signature), "the server's signature is wrong"
        return client.say(b"\r\n")


class AuthCase(unittest.TestCase):
    """One server for all tests of a class."""
    auth_ini = "[failures]\ndelay=0\nper_connection=100\nper_address=1000\nper_user=1000\n"
    level = "data"

    @classmethod
    def setUpClass(cls):
        cls.authority = Authority()
        cls.addClassCleanup(cls.authority.close)
        cls.leaf = cls.authority.issue("mail.example.com", "127.0.0.1")
        cls.implicit, cls.submission = free_port(), free_port()
        cls.service = Service(
            plugins=["tokens", "auth/flat_file", "rcpt_to.in_host_list", "queue/maildir"],
            smtp__ini=f"listen=127.0.0.1:0,127.0.0.1:{cls.implicit},127.0.0.1:{cls.submission}\n"
                      f"smtps_port={cls.implicit}\n",
            log__ini=f"level={cls.level}\nfile=log/haraka.log\n",
            auth__ini=f"submission_ports={cls.submission}\n" + cls.auth_ini,
            tls__ini=f"ca={cls.authority.cert}\n",
            plugins__ini="[tokens]\ncapabilities[]=auth.secret\n[auth/flat_file]\ncapabilities[]=auth.secret\n",
            auth_flat_file__ini="[core]\nmethods=SCRAM-SHA-256-PLUS,SCRAM-SHA-256,CRAM-MD5,PLAIN,LOGIN,EXTERNAL\n"
                                f"[users]\n{ADA}={PASSWORD}\n{FROM_CERTIFICATE}=no-password-at-all\n")
        cls.addClassCleanup(cls.service.close)
        cls.authority.cert.chmod(0o644)
        cls.authority.folder.chmod(0o755)
        for user, kind in ((SCRAM, "scram"), (CRYPT, "crypt")):
            haraka("passwd", user, "--kind", kind, "--stdin", "-c", cls.service.directory, input=PASSWORD + "\n")
        compile_c(TOKENS, cls.service.directory / "plugins/tokens.so")
        cls.service.add_certificate(cls.leaf)
        cls.service.start()
        cls.plain = cls.service.port()

    def client(self, tls=True, port=None, source="127.0.0.1", version=None):
        """Greeted; by STARTTLS or without it, or where TLS comes first."""
        client = Raw(port or self.plain, source)
        self.addCleanup(client.close)
        context = self.authority.context()
        if version:
            context.minimum_version = context.maximum_version = version
        if port == self.implicit:
            client.start_tls(context)
        self.assertRegex(client.reply(), "^220 ")
        client.greeting = client.say("EHLO client.example")
        if tls and port != self.implicit:
            self.assertRegex(client.say("STARTTLS"), "^220 ")
            client.start_tls(context)
            client.greeting = client.say("EHLO client.example")
        return client

    def wrong(self, client, user=ADA, password="wrong"):
        return client.say(b"AUTH PLAIN " + b64(f"\0{user}\0{password}") + b"\r\n")

    def run_tool(self, *command, **options):
        return subprocess.run([*map(str, command)], capture_output=True, timeout=DEADLINE, **options)


class Clients(AuthCase):
    def smtplib(self, port):
        context = self.authority.context()
        # The certificate is for a name, and the address is what there is to connect to.
        context.check_hostname = False
        if port == self.implicit:
            client = smtplib.SMTP_SSL("127.0.0.1", port, timeout=DEADLINE, context=context)
        else:
            client = smtplib.SMTP("127.0.0.1", port, timeout=DEADLINE)
            client.starttls(context=context)
        client.ehlo("client.example")
        return client

    def test_smtplib(self):
        for port in (self.plain, self.implicit, self.submission):
            for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5"):
                for password, code in ((PASSWORD, 235), ("wrong", 535)):
                    with self.subTest(port=port, mechanism=mechanism, password=password), self.smtplib(port) as client:
                        client.user, client.password = ADA, password
                        method = getattr(client, "auth_" + mechanism.lower().replace("-", "_"))
                        if code == 535:
                            with self.assertRaises(smtplib.SMTPAuthenticationError) as raised:
                                client.auth(mechanism, method)
                            self.assertEqual(raised.exception.smtp_code, 535)
                        else:
                            self.assertEqual(client.auth(mechanism, method)[0], 235)
                            self.assertEqual(client.sendmail(ADA, ["user@example.com"], MESSAGE), {})

    def test_smtplib_chooses_by_itself(self):
        for user in (ADA, SCRAM, CRYPT):
            with self.subTest(user), self.smtplib(self.implicit) as client:
                # Who has no clear password can't use CRAM-MD5, which smtplib likes best: it falls back.
                self.assertEqual(client.login(user, PASSWORD)[0], 235)
                self.assertEqual(client.sendmail(user, ["user@example.com"], MESSAGE), {})

    @needs("swaks")
    def test_swaks(self):
        for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5"):
            for port, tls in ((self.plain, "--tls"), (self.implicit, "--tlsc"), (self.submission, "--tls")):
                for password, code in ((PASSWORD, 0), ("wrong", 28)):
                    with self.subTest(mechanism=mechanism, tls=tls, password=password):
                        done = self.run_tool(
                            "swaks", "--server", "127.0.0.1", "--port", port, tls, "--tls-verify", "--tls-ca-path",
                            self.authority.cert, "--auth", mechanism, "--auth-user", ADA, "--auth-password", password,
                            "--from", ADA, "--to", "user@example.com", "--helo", "client.example")
                        self.assertEqual(done.returncode, code, done.stdout.decode(errors="replace"))

    def curl(self, port, *options, sender=ADA):
        scheme = "smtps" if port == self.implicit else "smtp"
        return self.run_tool(
            "curl", "-sS", "--ssl-reqd", "--cacert", self.authority.cert, "--resolve",
            f"mail.example.com:{port}:127.0.0.1",
            f"{scheme}://mail.example.com:{port}/client.example", "--mail-from", sender,
            "--mail-rcpt", "user@example.com", "-T", "-", *options, input=MESSAGE)

    @needs("curl")
    def test_curl(self):
        known = ["PLAIN", "LOGIN", "CRAM-MD5"]
        if b"gsasl" in self.run_tool("curl", "--version").stdout.lower():
            known.append("SCRAM-SHA-256")
        for mechanism in known:
            for port in (self.plain, self.implicit, self.submission):
                for password, code in ((PASSWORD, 0), ("wrong", 67)):
                    with self.subTest(mechanism=mechanism, port=port, password=password):
                        done = self.curl(port, "--login-options", f"AUTH={mechanism}", "-u", f"{ADA}:{password}")
                        self.assertEqual(done.returncode, code, done.stderr)

    @needs("curl")
    def test_curl_shows_tokens(self):
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            for token, code in ((TOKEN, 0), ("bad-token", 67), ("busy", 67)):
                with self.subTest(mechanism=mechanism, token=token):
                    done = self.curl(
                        self.plain, "--login-options", f"AUTH={mechanism}", "-u", f"{ADA}:", "--oauth2-bearer", token)
                    self.assertEqual(done.returncode, code, done.stderr)

    @needs("curl")
    def test_curl_shows_a_certificate(self):
        mine = self.authority.issue(FROM_CERTIFICATE, client=True)
        theirs = self.authority.issue("nobody@example.org", client=True)
        for leaf, code in ((mine, 0), (theirs, 67)):
            for port in (self.plain, self.implicit):
                with self.subTest(code=code, port=port):
                    done = self.curl(
                        port, "--login-options", "AUTH=EXTERNAL", "-u", f"{FROM_CERTIFICATE}:", "--cert", leaf.cert,
                        "--key", leaf.key, sender=FROM_CERTIFICATE)
                    self.assertEqual(done.returncode, code, done.stderr)
        self.assertNotIn("EXTERNAL", self.client().greeting)


class Bindings(AuthCase):
    def gsasl(self, mechanism, *options, user=ADA, password=PASSWORD):
        return self.run_tool(
            "gsasl", "--smtp", "--verbose", f"--connect=127.0.0.1:{self.plain}", "--starttls", "--mechanism", mechanism,
            "--hostname", "mail.example.com", "--x509-ca-file", self.authority.cert, "-a", user, "-p", password,
            "--no-client-first", *options, stdin=subprocess.DEVNULL)

    def assert_gsasl(self, done, succeeds):
        text = (done.stdout + done.stderr).decode(errors="replace")
        self.assertEqual(done.returncode == 0, succeeds, text)
        self.assertEqual(bool(re.search("^235 2.7.0", text, re.M)), succeeds, text)
        return text

    @needs("gsasl")
    def test_gsasl_without_a_binding(self):
        for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"):
            for password in (PASSWORD, "wrong"):
                with self.subTest(mechanism=mechanism, password=password):
                    done = self.gsasl(mechanism, "--no-cb", password=password)
                    self.assert_gsasl(done, password == PASSWORD)
        self.assert_gsasl(self.gsasl("SCRAM-SHA-256", "--no-cb", user=SCRAM), True)

    @needs("gsasl")
    def test_gsasl_binds_to_tls_13_by_its_exporter(self):
        for user in (ADA, SCRAM):
            text = self.assert_gsasl(
                self.gsasl("SCRAM-SHA-256-PLUS", "--priority=NORMAL:-VERS-ALL:+VERS-TLS1.3", user=user), True)
            first = re.search("^(?:AUTH SCRAM-SHA-256-PLUS )?(cD10[A-Za-z0-9+/=]+)", text, re.M).group(1)
            self.assertTrue(base64.b64decode(first).startswith(b"p=tls-exporter,,"), first)
        self.assert_gsasl(
            self.gsasl("SCRAM-SHA-256-PLUS", "--priority=NORMAL:-VERS-ALL:+VERS-TLS1.3", password="wrong"), False)

    @needs("gsasl")
    def test_gsasl_with_a_binding_that_nobody_should_use_is_refused(self):
        # In TLS 1.2 gsasl knows tls-unique only, which the server doesn't take (RFC 9266 says why).
        text = self.assert_gsasl(
            self.gsasl("SCRAM-SHA-256-PLUS", "--priority=NORMAL:-VERS-ALL:+VERS-TLS1.2"), False)
        self.assertRegex(text, "(?m)^535 5.7.8 ")

    def test_a_client_that_was_kept_from_seeing_plus_is_refused(self):
        # It could bind and is told not to: "y", which is a lie where the server offers PLUS (RFC 5802 6).
        client = self.client()
        reply = Scram(ADA, PASSWORD, flag="y").speak(client, "SCRAM-SHA-256")
        self.assertRegex(reply, "^535 5.7.8 ")

    def end_point(self, client):
        """RFC 5929 4.1, of a certificate signed with SHA-256."""
        return hashlib.sha256(client.socket.getpeercert(binary_form=True)).digest()

    def test_binding_to_the_certificate(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            for port in (self.plain, self.implicit):
                for user in (ADA, SCRAM):
                    with self.subTest(version=version, port=port, user=user):
                        client = self.client(port=port, version=version)
                        self.assertIn("SCRAM-SHA-256-PLUS", client.greeting)
                        scram = Scram(user, PASSWORD, "tls-server-end-point", self.end_point(client))
                        self.assertRegex(scram.speak(client, "SCRAM-SHA-256-PLUS"), "^235 2.7.0 ")

    def test_a_tampered_binding_is_refused(self):
        def flipped(data):
            return bytes([data[0] ^ 1]) + data[1:]
        for name, change in (
                ("tls-server-end-point", flipped), ("tls-server-end-point", lambda data: b""),
                ("tls-server-end-point", lambda data: data[:-1]), ("tls-server-end-point", lambda data: bytes(32)),
                ("tls-exporter", lambda data: data), ("tls-exporter", lambda data: bytes(32)),
                ("tls-unique", lambda data: data), ("made-up", lambda data: data)):
            for user in (ADA, SCRAM):
                with self.subTest(name=name, user=user):
                    client = self.client()
                    scram = Scram(user, PASSWORD, name, change(self.end_point(client)))
                    self.assertRegex(scram.speak(client, "SCRAM-SHA-256-PLUS"), "^535 5.7.8 ")
                    # The connection goes on, and nobody is in.
                    scram = Scram(user, PASSWORD, "tls-server-end-point", self.end_point(client))
                    self.assertRegex(scram.speak(client, "SCRAM-SHA-256-PLUS"), "^235 2.7.0 ")

    def test_a_binding_of_another_connection_is_refused(self):
        # A man in the middle has TLS with both sides, and hands on what the client says.
        other = Authority("Somebody")
        self.addCleanup(other.close)
        leaf = other.issue("mail.example.com")
        theirs = hashlib.sha256(ssl.PEM_cert_to_DER_cert(leaf.cert.read_text())).digest()
        client = self.client()
        self.assertRegex(
            Scram(ADA, PASSWORD, "tls-server-end-point", theirs).speak(client, "SCRAM-SHA-256-PLUS"), "^535 5.7.8 ")

    def test_mechanism_and_flag_have_to_fit(self):
        client = self.client()
        for scram, mechanism, code in (
                (Scram(ADA, PASSWORD, "tls-server-end-point", self.end_point(client)), "SCRAM-SHA-256", "501"),
                (Scram(ADA, PASSWORD), "SCRAM-SHA-256-PLUS", "501"), (Scram(ADA, PASSWORD), "SCRAM-SHA-256", "235")):
            self.assertRegex(scram.speak(client, mechanism), f"^{code} ")


class Standing(AuthCase):
    """Where AUTH is offered, where it is a must, and what it is good for."""

    def test_nothing_is_offered_in_the_clear(self):
        client = self.client(tls=False)
        self.assertNotIn("AUTH", client.greeting)
        for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "XOAUTH2"):
            self.assertRegex(client.say(f"AUTH {mechanism}"), "^538 5.7.11 ")
        self.assertIn("AUTH ", self.client().greeting)
        self.assertIn("AUTH ", self.client(port=self.implicit).greeting)

    def test_a_submission_port_wants_auth_first(self):
        client = self.client(port=self.submission)
        self.assertRegex(client.say(f"MAIL FROM:<{ADA}>"), "^530 5.7.0 ")
        self.assertRegex(client.say("RCPT TO:<user@example.com>"), "^503 ")
        self.assertRegex(self.wrong(client), "^535 5.7.8 ")
        self.assertRegex(client.say(f"MAIL FROM:<{ADA}>"), "^530 5.7.0 ")
        self.assertRegex(self.wrong(client, password=PASSWORD), "^235 2.7.0 ")
        self.assertRegex(client.say(f"MAIL FROM:<{ADA}>"), "^250 ")
        self.assertRegex(self.client(tls=False, port=self.submission).say("MAIL FROM:<>"), "^530 5.7.0 ")
        self.assertRegex(self.client().say("MAIL FROM:<a@example.net>"), "^250 ")

    def test_who_has_logged_in_sends_as_themselves_only(self):
        client = self.client()
        self.assertRegex(self.wrong(client, password=PASSWORD), "^235 ")
        for sender, code in (("x@example.net", "550 5.7.1"), ("x@notexample.org", "550 5.7.1"), (ADA, "250"),
                             ("x@mail.example.org", "250"), ("x@EXAMPLE.ORG", "250")):
            self.assertRegex(client.say(f"MAIL FROM:<{sender}>"), f"^{code} ")
            client.say("RSET")

    def test_starttls_and_a_second_auth_give_nothing_twice(self):
        client = self.client()
        self.assertRegex(self.wrong(client, password=PASSWORD), "^235 ")
        self.assertRegex(self.wrong(client, password=PASSWORD), "^503 ")
        self.assertRegex(client.say("MAIL FROM:<ada@example.org>"), "^250 ")
        self.assertRegex(client.say("AUTH PLAIN"), "^503 ")

    def test_the_received_line_says_that_somebody_had_logged_in(self):
        before = set(self.service.mails())
        client = self.client()
        self.wrong(client, password=PASSWORD)
        for line in (f"MAIL FROM:<{ADA}>", "RCPT TO:<user@example.com>", "DATA"):
            client.say(line)
        self.assertRegex(client.say(MESSAGE + b".\r\n"), "^250 ")
        self.assertIn(b" with ESMTPSA id ", (set(self.service.mails()) - before).pop().read_bytes())


class Secrets(AuthCase):
    """The log has no secret at any level, and neither have replies."""

    def test_no_secret_is_written(self):
        secrets = [PASSWORD, "wrong-but-nearly-right", TOKEN, "bad-token-3c9909"]
        sent = []
        client = self.client()
        for password in secrets[:2]:
            for line in (b64(f"\0{ADA}\0{password}"), b64(f"{ADA}\0{ADA}\0{password}")):
                sent.append(line)
        for line in sent:
            client = self.client()
            self.assertIsNotNone(client.say(b"AUTH PLAIN " + line + b"\r\n"))
            client = self.client()
            self.assertRegex(client.say("AUTH PLAIN"), "^334")
            client.say(line + b"\r\n")
        for password in secrets[:2]:
            client = self.client()
            client.say("AUTH LOGIN")
            client.say(b64(ADA) + b"\r\n")
            sent.append(b64(password))
            client.say(b64(password) + b"\r\n")
            client = self.client()
            challenge = base64.b64decode(client.say("AUTH CRAM-MD5")[4:])
            digest = hmac.new(password.encode(), challenge, "md5").hexdigest()
            sent += [digest.encode(), b64(f"{ADA} {digest}")]
            client.say(b64(f"{ADA} {digest}") + b"\r\n")
            scram = Scram(ADA, password)
            self.assertIsNotNone(scram.speak(self.client(), "SCRAM-SHA-256"))
        for token in secrets[2:]:
            for mechanism, text in (("XOAUTH2", f"user={ADA}\1auth=Bearer {token}\1\1"),
                                    ("OAUTHBEARER", f"n,a={ADA},\1auth=Bearer {token}\1\1")):
                sent.append(b64(text))
                client = self.client()
                reply = client.say(f"AUTH {mechanism} ".encode() + b64(text) + b"\r\n")
                if reply.startswith("334"):
                    reply = client.say("AQ==" if mechanism == "OAUTHBEARER" else "")
                self.assertRegex(reply, "^235" if token == TOKEN else "^535")
        # Where a client says it at the wrong place, or half.
        client = self.client(tls=False)
        sent.append(b64(f"\0{ADA}\0{PASSWORD}x"))
        self.assertRegex(client.say(b"AUTH PLAIN " + sent[-1] + b"\r\n"), "^538")
        self.assertRegex(client.say(sent[-1] + b"\r\n"), "^500")
        client = self.client()
        self.assertRegex(client.say(b"AUTH PLAIN " + sent[-1] + b" more\r\n"), "^501")
        self.assertRegex(client.say(b"AUTH NOSUCH " + sent[-1] + b"\r\n"), "^504")
        client = self.client()
        client.socket.sendall(b"AUTH PLAIN " + sent[-1])
        client.close()
        self.assertRegex(self.client().say("QUIT"), "^221")
        self.service.wait_log("AUTH|auth")
        self.service.stop()
        log = self.service.log() + (self.service.directory / "log/haraka.log").read_text()
        self.assertIn("auth failed", log)
        for secret in [text.encode() for text in secrets] + sent:
            self.assertNotIn(secret.decode(), log)


class Damping(AuthCase):
    auth_ini = "[failures]\ndelay=1\nlongest_delay=2\nper_connection=4\nper_address=6\nper_user=6\n"
    level = "info"

    def test_each_wrong_password_takes_longer_and_the_last_ends_the_connection(self):
        client = self.client(source="127.0.0.2")
        times = []
        for _ in range(3):
            before = time.monotonic()
            self.assertRegex(self.wrong(client, "slow@example.org"), "^535 5.7.8 ")
            times.append(time.monotonic() - before)
        for took, least in zip(times, (1, 2, 2)):
            self.assertGreater(took, least - 0.05)
            self.assertLess(took, least + 0.9)
        said = self.wrong(client, "slow@example.org")
        if said.startswith("535"):
            said = client.say("NOOP")
        self.assertRegex(said, "^421 4.7.0 .*too many failed authentications")
        self.assertTrue(client.ended())

    def test_an_address_is_blocked_for_every_user(self):
        for index in range(6):
            client = self.client(source="127.0.0.3")
            self.assertRegex(self.wrong(client, f"guess{index}@example.org"), "^535 ")
            client.close()
        self.assertRegex(self.wrong(self.client(source="127.0.0.3"), SCRAM, PASSWORD), "^454 4.7.0 ")
        self.assertRegex(self.wrong(self.client(source="127.0.0.4"), SCRAM, PASSWORD), "^235 ")
        self.service.wait_log(r"auth blocked user=scram@example.org")

    def test_a_user_is_blocked_from_every_address(self):
        for index in range(6):
            client = self.client(source=f"127.0.1.{index + 1}")
            # The name is compared without capitals, or a guesser would have as many tries as spellings.
            self.assertRegex(self.wrong(client, CRYPT if index % 2 else CRYPT.upper()), "^535 ")
            client.close()
        self.assertRegex(self.wrong(self.client(source="127.0.1.9"), CRYPT, PASSWORD), "^454 4.7.0 ")
        self.assertRegex(self.wrong(self.client(source="127.0.1.9"), ADA, PASSWORD), "^235 ")

    def test_a_wrong_scram_proof_and_a_cram_digest_count_too(self):
        for mechanism in ("SCRAM-SHA-256", "CRAM-MD5"):
            client = self.client(source="127.0.2.1")
            before = time.monotonic()
            if mechanism == "CRAM-MD5":
                client.say("AUTH CRAM-MD5")
                reply = client.say(b64("x@example.org " + "0" * 32) + b"\r\n")
            else:
                reply = Scram("x@example.org", "wrong").speak(client, mechanism)
            self.assertRegex(reply, "^535 5.7.8 ")
            self.assertGreater(time.monotonic() - before, 0.95)


if __name__ == "__main__":
    unittest.main()
