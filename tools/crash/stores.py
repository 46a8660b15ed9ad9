"""Where the server keeps what it has acknowledged: how it is set up on a disk, and read back after the power failed.

A store is a class with `name` (the --plugin option), `plugins` (the server's), `files(disk)` (its config files, as
Service takes them), `prepare(disk, owner)` (what is there before the start), `recipient(number)` and `read(disk)`.
"""
import contextlib
import email.parser
import hashlib
import os
import pathlib
import shutil
import sqlite3
import tempfile

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


class QueueStore:
    """The outbound queue, paused. The server makes its folder, which has to survive too."""

    name = "queue"
    plugins = ("relay", "rcpt_to.in_host_list", "queue/maildir")

    def files(self, disk):
        return {
            "relay_acl_allow": "127.0.0.0/8\n", "relay__ini": "[relay]\nacl=true\n", "outbound__ini": "disabled=true\n",
            "queue_dir": f"{disk}/server/queue\n",
        }

    def prepare(self, disk, owner):
        (disk / "server").mkdir(mode=0o700)
        os.chown(disk / "server", owner.st_uid, owner.st_gid)

    def recipient(self, number):
        return f"user@destination-{number % 16}.example"

    def read(self, disk):
        """Every message that would be delivered; what is not whole, or would never be tried, has words for a digest."""
        queue = disk / "server/queue"
        with tempfile.TemporaryDirectory(prefix="haraka-queue-") as folder:
            # Opening it takes the log into the database; the disk stays as it was found.
            for path in queue.glob("queue.db*"):
                if not path.name.endswith("-shm"):
                    shutil.copy(path, folder)
            database = pathlib.Path(folder, "queue.db")
            return read_queue(database, queue / "spool") if database.exists() else {}


def read_queue(database, spool):
    """The messages of a queue's database, each with its digest or what is wrong with it."""
    found = {}
    try:
        # Closed, not left to the collector: the next copy has the same path.
        with contextlib.closing(sqlite3.connect(database)) as connection:
            for (said,) in connection.execute("PRAGMA integrity_check"):
                if said != "ok":
                    found[f"queue.db: {said}"] = "not sound"
            if connection.execute("PRAGMA user_version").fetchone() == (0,):
                return found
            for name, size, file, blob, tried in connection.execute(ROWS):
                text, wrong = blob or b"", None
                if file is not None:
                    path = spool / file
                    text = path.read_bytes() if path.exists() else b""
                if len(text) != size:
                    wrong = f"{len(text)} of {size} bytes"
                elif not tried:
                    wrong = "never tried"
                id, digest = identify(text)
                found[id or name] = wrong or digest
    except sqlite3.DatabaseError as error:
        found["queue.db"] = f"{error}"
    return found


# A recipient is tried when it was leased, or waits, and its turn and its destination are known: due no later than it is, or than
# now, when others of the same sender were leased.
ROWS = """
    SELECT name, size, spool, (SELECT bytes FROM body WHERE body.id = message.id),
        unsettled > 0 AND unsettled = (
            SELECT count(*) FROM recipient LEFT JOIN turn USING (destination, urgency, party)
                LEFT JOIN destination ON name = recipient.destination AND destination.urgency = recipient.urgency
            WHERE message = message.id AND (state = 1 OR state = 0 AND destination.due <= turn.due
                AND turn.due <= max(recipient.due, 1000 * strftime('%s', 'now') + 1000)))
    FROM message
"""

STORES = {store.name: store for store in (Maildir, QueueStore)}
