"""What is in the database of a service's queue, seen from outside."""
import contextlib
import sqlite3

from service import wait_for


def rows(service, statement):
    """Asks beside the server, or what it left when it was killed."""
    database = service.directory / "queue/queue.db"
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
        return connection.execute(statement).fetchall()


def leased(service):
    """The recipients whom the server is trying, or was trying when it was killed."""
    return {address for (address,) in rows(service, "SELECT address FROM recipient WHERE state = 1")}


def await_empty(service, deadline=60):
    """Waits until all that was queued is settled, its files are gone, and nothing is left of it."""
    def is_empty():
        tables = ("message", "recipient", "body", "turn", "destination")
        counts = rows(service, "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables))
        return counts == [(0,) * len(tables)] and not list((service.directory / "queue/spool").iterdir())
    wait_for(is_empty, "an empty queue", deadline)
