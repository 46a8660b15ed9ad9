"""A host that takes mail, keeps it, and answers as a test wants."""
import contextlib
import dataclasses
import socketserver
import ssl
import threading
import time


@dataclasses.dataclass
class Received:
    sender: str
    recipients: list
    text: bytes
    hello: str
    # When its end had come, before the reply.
    when: float
    is_secured: bool = False


class Receiver:
    """Answers are a function from a command's line (or "" for the greeting, "." for the end of a message) to a reply; None is
    the usual one, and False closes the connection."""

    def __init__(self, answer=lambda line: None, extensions=("PIPELINING", "8BITMIME", "SMTPUTF8"), address="127.0.0.1",
                 port=0, leaf=None):
        """With an Authority's leaf STARTTLS is offered."""
        self.context = None
        if leaf:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(leaf.cert, leaf.key)
            extensions = (*extensions, "STARTTLS")
        self.answer = answer
        self.extensions = extensions
        self.mails = []
        self.connections = 0
        self.changed = threading.Condition()
        receiver = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                with receiver.changed:
                    receiver.connections += 1
                receiver.talk(self.request, self.rfile, self.wfile)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 128

        self.server = Server((address, port), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def talk(self, connection, reader, writer):
        def say(line, usual):
            reply = self.answer(line)
            if reply is False:
                raise ConnectionAbortedError
            writer.write((reply or usual).encode() + b"\r\n")
            return (reply or usual)[:1] in "23"

        with contextlib.suppress(ConnectionError, ssl.SSLError):
            if not say("", "220 mx.example ESMTP"):
                return
            if self.converse(reader, say) == "STARTTLS":
                with self.context.wrap_socket(connection, server_side=True) as secured:
                    reader, writer = secured.makefile("rb"), secured.makefile("wb", 0)
                    self.converse(reader, say, True)

    def converse(self, reader, say, is_secured=False):
        """Until QUIT, or until TLS is to begin."""
        sender, recipients, hello = None, [], ""
        for raw in reader:
            line = raw.decode("utf-8", "replace").rstrip("\r\n")
            verb = line.split(" ")[0].upper()
            if verb == "EHLO":
                hello = line[5:]
                lines = ["mx.example", *(word for word in self.extensions if not is_secured or word != "STARTTLS")]
                usual = "\r\n".join(f"250{'-' if at + 1 < len(lines) else ' '}{word}" for at, word in enumerate(lines))
                say(line, usual)
            elif line.upper().startswith("MAIL FROM:"):
                sender, recipients = line[10:], []
                say(line, "250 2.1.0 ok")
            elif line.upper().startswith("RCPT TO:"):
                if say(line, "250 2.1.5 ok"):
                    recipients.append(line[8:])
            elif verb == "DATA":
                if say(line, "354 go on" if recipients else "554 5.5.1 nobody"):
                    self.take(reader, say, sender, recipients, hello, is_secured)
            elif verb == "STARTTLS" and self.context and not is_secured:
                if say(line, "220 2.0.0 go on"):
                    return "STARTTLS"
            elif verb == "RSET":
                say(line, "250 2.0.0 ok")
            elif verb == "QUIT":
                say(line, "221 2.0.0 bye")
                return None
            else:
                say(line, "502 5.5.1 what?")
        return None

    def take(self, reader, say, sender, recipients, hello, is_secured):
        lines = []
        for raw in reader:
            if raw == b".\r\n":
                break
            lines.append(raw[1:] if raw.startswith(b".") else raw)
        else:
            return
        when = time.monotonic()
        if say(".", "250 2.0.0 taken"):
            with self.changed:
                self.mails.append(Received(sender, list(recipients), b"".join(lines), hello, when, is_secured))
                self.changed.notify_all()

    def wait(self, count, deadline=20):
        """The mails, once there are so many."""
        with self.changed:
            if not self.changed.wait_for(lambda: len(self.mails) >= count, deadline):
                raise AssertionError(f"{len(self.mails)} of {count} mails within {deadline} s")
            return list(self.mails)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
