"""Where the server keeps what it has acknowledged: how it is set up on a disk, and read back after the power failed.

A store is a class with `name` (the --plugin option), `plugins` (the server's), `files(disk)` (its config files, as
Service takes them), `prepare(disk, owner)` (what is there before the start), `recipient(number)` and `read(disk)`.
"""
import email.parser
import hashlib
import os

ID = "X-Crash-Id"


def identify(content):
    """The id that a message bears, or None, and the SHA-256 of its body."""
    head, _, body = content.partition(b"\r\n\r\n")
    headers = email.parser.HeaderParser().parsestr(head.decode("utf-8", "replace"))
    return headers[ID], hashlib.sha256(body).hexdigest()


class Maildir:
    """queue/maildir, with mailboxes that are made at their first message: their making has to survive too."""

    name = "queue/maildir"
    plugins = ("rcpt_to.in_host_list", "queue/maildir")

    def files(self, disk):
        return {"maildir__ini": f"path={disk}/mail\ncreate=true\n"}

    def prepare(self, disk, owner):
        (disk / "mail").mkdir(mode=0o700)
        os.chown(disk / "mail", owner.st_uid, owner.st_gid)

    def recipient(self, number):
        return f"user{number % 16}@example.com"

    def read(self, disk):
        """Every message that a reader of mail would see; what bears no id is there under its file's name."""
        found = {}
        for path in sorted((disk / "mail").glob("*/new/*")):
            id, digest = identify(path.read_bytes())
            found[id or str(path.relative_to(disk))] = digest
        return found


STORES = {store.name: store for store in (Maildir,)}
