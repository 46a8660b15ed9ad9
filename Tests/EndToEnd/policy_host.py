"""A host that gives a policy of MTA-STS over HTTPS, and takes reports."""
import contextlib
import http.server
import ssl
import threading


class PolicyHost:
    """`pages` are (status, media type, text, further fields) by host name; what is posted is kept in `posted`."""

    def __init__(self, leaf):
        self.pages = {}
        self.asked = []
        self.posted = []
        self.changed = threading.Condition()
        host = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                name = self.headers["Host"].partition(":")[0]
                with host.changed:
                    host.asked.append((name, self.path))
                    status, kind, text, fields = host.pages.get(name, (404, "text/plain", "none", {}))
                body = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                for key, value in fields.items():
                    self.send_header(key, value)
                if len(body) > 70:
                    # In pieces, as a web server that makes its pages does.
                    self.send_header("Transfer-Encoding", "chunked")
                    self.end_headers()
                    for at in range(0, len(body), 50):
                        piece = body[at:at + 50]
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                    self.wfile.write(b"0\r\n\r\n")
                else:
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with host.changed:
                    host.posted.append((self.path, self.headers["Content-Type"], body))
                    host.changed.notify_all()
                self.send_response(201)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def handle(self):
                # Who doesn't trust the certificate goes away in the handshake.
                with contextlib.suppress(OSError):
                    super().handle()

            def log_message(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(leaf.cert, leaf.key)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        # The handshake is the connection's thread's own.
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def policy(self, domain, mode, *hosts, max_age=86400, **change):
        """Lays a domain's policy down."""
        lines = ["version: STSv1", f"mode: {mode}", *(f"mx: {host}" for host in hosts), f"max_age: {max_age}"]
        self.pages[f"mta-sts.{domain}"] = (
            change.get("status", 200), change.get("kind", "text/plain"), "\r\n".join(lines) + "\r\n",
            change.get("fields", {}))

    def count(self, domain):
        with self.changed:
            return sum(name == f"mta-sts.{domain}" for name, _ in self.asked)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
