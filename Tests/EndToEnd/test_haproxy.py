"""A real haproxy in front: whom it names is the client, what it checks leaves no noise, and nobody else is believed."""
import pathlib
import re
import shutil
import smtplib
import socket
import subprocess
import tempfile
import unittest

from authority import Authority
from service import DEADLINE, Raw, Service, free_port, wait_for

# Where haproxy connects from; what connects from 127.0.0.1 isn't the proxy.
PROXY = "127.0.0.5"
CLIENT = "127.0.0.9"
WAYS = {
    "v1": "send-proxy", "v2": "send-proxy-v2",
    "v2_with_tlvs": "send-proxy-v2 proxy-v2-options crc32c,unique-id,authority",
}
CONFIGURATION = """
global
    maxconn 100
defaults
    mode tcp
    timeout connect 5s
    timeout client 30s
    timeout server 30s
"""


class HAProxy:
    """Runs in the foreground with one frontend for each way and each of the server's ports."""

    def __init__(self, backends, checks=False):
        """`backends` is name → (server's port, options of the server line, lines of the backend)."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="haraka-haproxy-"))
        self.ports = {name: free_port() for name in backends}
        text = CONFIGURATION
        for name, (port, options, lines) in backends.items():
            text += f"frontend {name}\n    bind 127.0.0.1:{self.ports[name]}\n    unique-id-format %ci-%pid\n"
            text += f"    default_backend to_{name}\nbackend to_{name}\n"
            text += "".join(f"    {line}\n" for line in lines)
            text += f"    server mail 127.0.0.1:{port} source {PROXY} {options}\n"
        file = self.folder / "haproxy.cfg"
        file.write_text(text)
        self.output = open(self.folder / "output", "w+")
        self.process = subprocess.Popen(["haproxy", "-db", "-f", file], stdout=self.output, stderr=self.output)
        for port in self.ports.values():
            wait_for(lambda: self.accepts(port), "haproxy's start")

    def accepts(self, port):
        if self.process.poll() is not None:
            self.output.seek(0)
            raise AssertionError(f"haproxy ended: {self.output.read()}")
        listening = f"0100007F:{port:04X}"
        rows = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
        return any(row.split()[1] == listening and row.split()[3] == "0A" for row in rows)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.output.close()
        shutil.rmtree(self.folder, ignore_errors=True)


@unittest.skipUnless(shutil.which("haproxy"), "haproxy is not installed")
class Proxied(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.authority = Authority()
        cls.addClassCleanup(cls.authority.close)
        cls.implicit = free_port()
        cls.service = Service(
            plugins=["rcpt_to.in_host_list", "queue/maildir"],
            smtp__ini=f"listen=127.0.0.1:0,127.0.0.1:{cls.implicit}\nsmtps_port={cls.implicit}\n",
            connection__ini=f"[haproxy]\nhosts={PROXY}\n", auth__ini="submission_ports=\n")
        cls.addClassCleanup(cls.service.close)
        cls.service.add_certificate(cls.authority.issue("mail.example.com"))
        cls.service.start()
        cls.plain = cls.service.port()

    def haproxy(self, backends):
        proxy = HAProxy(backends)
        self.addCleanup(proxy.close)
        return proxy

    def send(self, client, name):
        """Sends one mail over a greeted connection; the message as it was delivered."""
        before = set(self.service.mails())
        self.assertRegex(client.say(f"EHLO {name}"), "^250")
        for line in ("MAIL FROM:<me@example.org>", "RCPT TO:<user@example.com>"):
            self.assertRegex(client.say(line), "^250 ")
        self.assertRegex(client.say("DATA"), "^354 ")
        self.assertRegex(client.say(b"Subject: x\r\n\r\nx\r\n.\r\n"), "^250 ")
        self.assertRegex(client.say("QUIT"), "^221 ")
        return (set(self.service.mails()) - before).pop().read_text()

    def assert_named(self, mail, name, address=CLIENT):
        self.assertRegex(mail, rf"Received: from {name} \(\[{re.escape(address)}\]\)")
        self.service.wait_log(rf"transaction ip={re.escape(address)} rdns=\"\" helo={name} ")
        self.service.wait_log(rf"disconnect ip={re.escape(address)} rdns=\"\" helo={name} ")
        if address != PROXY:
            self.assertEqual(self.service.log_lines(rf"ip={re.escape(PROXY)} .*helo={name} "), [])

    def test_the_client_is_whom_haproxy_names(self):
        proxy = self.haproxy({way: (self.plain, options, []) for way, options in WAYS.items()})
        for way, port in proxy.ports.items():
            with self.subTest(way), Raw(port, CLIENT) as client:
                self.assertRegex(client.reply(), "^220 ")
                name = f"{way.replace('_', '-')}.example"
                self.assert_named(self.send(client, name), name)

    def test_and_behind_starttls_as_well(self):
        proxy = self.haproxy({way: (self.plain, options, []) for way, options in WAYS.items()})
        for way, port in proxy.ports.items():
            with self.subTest(way), Raw(port, CLIENT) as client:
                client.reply()
                client.say("EHLO x.example")
                self.assertRegex(client.say("STARTTLS"), "^220 ")
                client.start_tls(self.authority.context())
                name = f"starttls-{way.replace('_', '-')}.example"
                self.assert_named(self.send(client, name), name)

    def test_a_header_comes_before_implicit_tls(self):
        proxy = self.haproxy({way: (self.implicit, options, []) for way, options in WAYS.items()})
        for way, port in proxy.ports.items():
            with self.subTest(way), Raw(port, CLIENT) as client:
                client.start_tls(self.authority.context())
                self.assertRegex(client.reply(), "^220 ")
                name = f"implicit-{way.replace('_', '-')}.example"
                self.assert_named(self.send(client, name), name)
                self.service.wait_log(rf"\] tls ip={re.escape(CLIENT)} version=TLSv1.3 ")

    def test_health_checks_leave_no_noise(self):
        mark = len(self.service.lines)
        lines = ["option smtpchk EHLO {name}.health.example"]
        every = "check check-send-proxy inter 100ms rise 1 fall 1"
        backends = {way: (self.plain, f"{options} {every}", [lines[0].format(name=way.replace('_', '-'))])
                    for way, options in WAYS.items()}
        backends |= {f"tls_{way}": (self.implicit, f"{options} {every} check-ssl verify none",
                                    [lines[0].format(name=f"tls-{way.replace('_', '-')}")])
                     for way, options in WAYS.items()}
        # A check that only connects, as haproxy's default is.
        backends["connects"] = (self.plain, f"send-proxy-v2 {every}", [])
        proxy = self.haproxy(backends)
        for name in backends:
            if name != "connects":
                self.service_checked(name, mark)
        # The server is up for haproxy: mail goes through.
        for way in WAYS:
            with Raw(proxy.ports[way], CLIENT) as client:
                self.assertRegex(client.reply(), "^220 ", way)
                name = f"checked-{way.replace('_', '-')}.example"
                self.assert_named(self.send(client, name), name)
        proxy.output.flush()
        said = pathlib.Path(proxy.folder / "output").read_text()
        self.assertNotIn("DOWN", said)
        new = self.service.lines[mark:]
        self.assertEqual([line for line in new if re.search(r"\b(refused|given up)\b|^\[(WARN|ERROR|CRIT)", line)], [])
        self.assertEqual([line for line in new if " transaction " in line and "health.example" in line], [])

    def service_checked(self, name, mark):
        helo = re.escape(f"{name.replace('_', '-')}.health.example")
        wait_for(lambda: sum(1 for line in self.service.lines[mark:]
                             if re.search(rf"disconnect ip={re.escape(PROXY)} .*helo={helo} .*errors=0 ", line)) >= 3,
                 f"three checks of {name}")

    def proxied(self, header, source=PROXY, port=None):
        client = Raw(port or self.plain, source)
        self.addCleanup(client.close)
        client.socket.sendall(header)
        return client

    def test_d19_unknown_is_accepted_and_the_proxy_is_the_client(self):
        binary = b"\r\n\r\n\0\r\nQUIT\n"
        for header in (b"PROXY UNKNOWN\r\n", b"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", binary + b"\x21\x00\x00\x00",
                       binary + b"\x20\x00\x00\x00"):
            with self.subTest(header):
                client = self.proxied(header)
                self.assertRegex(client.reply(), "^220 ")
                self.assert_named(self.send(client, "unknown.example"), "unknown.example", PROXY)

    def test_who_is_no_proxy_is_not_believed(self):
        binary = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c" + socket.inet_aton("192.0.2.1") * 2 + b"\x10\x00\x00\x19"
        for header in (b"PROXY TCP4 192.0.2.1 192.0.2.2 4096 25\r\n", b"PROXY UNKNOWN\r\n", binary):
            with self.subTest(header):
                mark = len(self.service.lines)
                with self.proxied(header, source="127.0.0.1") as client:
                    self.assertRegex(client.reply(), "^220 ")
                    self.assertRegex(client.reply() or "", "^(421|5..) ")
                    # Whatever it goes on with: it is itself.
                    try:
                        client.socket.sendall(b"QUIT\r\n")
                        client.file.read()
                    except ConnectionError:
                        pass
                self.service.wait_log("disconnect ip=127.0.0.1 ", after=mark)
                self.assertEqual([line for line in self.service.lines[mark:] if " ip=192" in line], [])

    def test_who_is_no_proxy_is_cut_off_where_tls_comes_first(self):
        for header in (b"PROXY TCP4 192.0.2.1 192.0.2.2 4096 465\r\n", b"\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x00"):
            with self.proxied(header, source="127.0.0.1", port=self.implicit) as client:
                try:
                    self.assertNotIn(b"220", client.file.read())
                except ConnectionError:
                    pass

    def test_a_proxy_must_send_a_header(self):
        for sent in (b"EHLO client.example\r\n", b"\x16\x03\x01\x02\x00\x01", b"PROXY TCP4 nonsense\r\n",
                     b"\r\n\r\n\0\r\nQUIT\n\x31\x11\x00\x0c" + bytes(12)):
            with self.subTest(sent):
                mark = len(self.service.lines)
                client = self.proxied(sent)
                self.assertNotRegex(client.reply() or "", "^220")
                self.assertTrue(client.ended())
                self.service.wait_log(rf"connection refused ip={re.escape(PROXY)} ", after=mark)

    def test_smtplib_through_haproxy(self):
        port = self.haproxy({"v2": (self.plain, WAYS["v2"], [])}).ports["v2"]
        with smtplib.SMTP("127.0.0.1", port, "lib.example", DEADLINE, source_address=(CLIENT, 0)) as client:
            self.assertEqual(client.sendmail("me@example.org", ["user@example.com"], b"Subject: x\r\n\r\nx\r\n"), {})
        self.service.wait_log(rf"transaction ip={re.escape(CLIENT)} rdns=\"\" helo=lib.example ")


if __name__ == "__main__":
    unittest.main()
