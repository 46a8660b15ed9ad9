"""The stand-in for qmail-queue is as strict as the program that it stands in for."""
import os
import pathlib
import subprocess
import tempfile
import unittest

PROGRAM = pathlib.Path(__file__).with_name("qmail-queue")
GOOD = b"Fme@example.org\0Tb@x.example\0Tc@x.example\0\0"


def queue(message, envelope, folder, **variables):
    """Its exit code; descriptor 1 is read, as qmail-queue does."""
    reader, writer = os.pipe()
    os.write(writer, envelope)
    os.close(writer)
    try:
        return subprocess.run([PROGRAM], input=message, stdout=reader, timeout=20,
                              env={**os.environ, "QMAIL_QUEUE_FOLDER": folder, **variables}).returncode
    finally:
        os.close(reader)


class QmailStandInTests(unittest.TestCase):
    def test_its_exit_codes_are_qmails(self):
        rows = [
            (GOOD, {}, 0), (b"F\0Tb@x.example\0\0", {}, 0), (GOOD, {"QMAIL_QUEUE_EXIT": "31"}, 31), (b"", {}, 54),
            (b"Fme@example.org\0Tb@x.ex", {}, 54), (b"Tb@x.example\0\0", {}, 91),
            (b"Fme@example.org\0b@x.example\0\0", {}, 91), (b"F" + b"x" * 1100 + b"\0Tb@x.example\0\0", {}, 11),
        ]
        for envelope, variables, code in rows:
            with self.subTest(envelope=envelope[:40], **variables), tempfile.TemporaryDirectory() as folder:
                self.assertEqual(queue(b"Subject: x\n\nhello\n", envelope, folder, **variables), code)
                kept = {path.suffix: path.read_bytes() for path in pathlib.Path(folder).iterdir()}
                expected = {".message": b"Subject: x\n\nhello\n", ".envelope": envelope} if code == 0 else {}
                self.assertEqual(kept, expected)


if __name__ == "__main__":
    unittest.main()
