"""Mails that tell whether a next host has got them as they were sent."""

EXTENSIONS = "PIPELINING,SIZE,8BITMIME,SMTPUTF8,ENHANCEDSTATUSCODES,STARTTLS,CHUNKING,BINARYMIME,DSN"
HEAD = (b"From: me@example.org\r\nDate: Mon, 23 Nov 2026 03:00:00 +0000\r\nMessage-ID: <%s@example.org>\r\n"
        b"Subject: %s\r\n\r\n")


def mail(name, body):
    """Has all that a host would add to a header."""
    return HEAD % (name, name) + body


# Whatever a host might change.
BODIES = {
    b"dots": b".\r\n..\r\n...x\r\n\r\n.From me\r\nFrom me\r\n. \r\n",
    b"blanks": b"\r\n\r\n \r\n\t\r\ntrailing  \r\n\r\n\r\n",
    b"long": b"x" * 998 + b"\r\n" + b"." + b"y" * 990 + b"\r\n",
    b"eight-bit": b"gr\xc3\xbc\xc3\x9fe \xff\xfe \x80 8-bit\r\n",
    b"controls": bytes(range(1, 9)) + b"\x0b\x0c\x0e\x1b\x7f\r\n",
    b"big": b"".join(b"%07d %s\r\n" % (at, b".\xc3\xa4" * 20) for at in range(12_000)),
}


def is_same(stored, sent):
    """Whether a file of a maildir ends in a message that was sent: there lines end as the system's do."""
    return stored.endswith(b"\n" + sent.replace(b"\r\n", b"\n"))
