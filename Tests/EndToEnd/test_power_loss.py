"""Every mail that got its 250 is on the disk after the power failed: a small run of tools/crash/power-loss."""
import itertools
import os
import re
import shutil
import subprocess
import unittest

from service import BIN, ROOT

TOOL = ROOT / "tools/crash/power-loss"
CANNOT_TRY = 77


class PowerLossTests(unittest.TestCase):
    def lose_power(self, kind, *options):
        """Runs the tool on one file system; returns its exit code, each copy's (acknowledged, found, missing, damaged)
        and all it said."""
        path = os.environ["PATH"] + ":/usr/sbin:/sbin"
        if shutil.which(f"mkfs.{kind}", path=path) is None:
            self.skipTest(f"needs mkfs.{kind}")
        done = subprocess.run(
            [TOOL, "--fs", kind, "--mails", "60", "--copies", "3", *options], capture_output=True, text=True,
            timeout=300, env={**os.environ, "PATH": path, "HARAKA_BIN": str(BIN)},
        )
        said = done.stdout + done.stderr
        if done.returncode == CANNOT_TRY:
            self.skipTest(said.splitlines()[-1])
        found = re.findall(rf"^{kind} .* (\d+) +(\d+) +(\d+) +(\d+)  ", said, re.MULTILINE)
        rows = [tuple(map(int, row)) for row in found]
        self.assertEqual(len(rows), 3, said)
        return done.returncode, rows, said

    def test_no_acknowledged_mail_is_lost(self):
        for kind, cache in itertools.product(("ext4", "xfs", "btrfs"), ("kept", "lost")):
            with self.subTest(kind=kind, cache=cache):
                code, rows, said = self.lose_power(kind, "--cache", cache)
                self.assertEqual(code, 0, said)
                self.assertEqual({row[2:] for row in rows}, {(0, 0)}, said)
                self.assertEqual(rows[-1][:2], (60, 60), said)

    def test_no_acknowledged_mail_of_the_queue_is_lost(self):
        for kind, cache in (("ext4", "lost"), ("xfs", "kept"), ("btrfs", "lost")):
            with self.subTest(kind=kind, cache=cache):
                code, rows, said = self.lose_power(kind, "--plugin", "queue", "--cache", cache, "--mails", "30")
                self.assertEqual(code, 0, said)
                self.assertEqual(rows[-1], (30, 30, 0, 0), said)

    def test_a_queue_that_does_not_sync_loses_mail(self):
        code, rows, said = self.lose_power("ext4", "--plugin", "queue", "--mails", "30", "--control", "no-sync")
        self.assertEqual(code, 1, said)
        self.assertGreater(rows[-1][2], 0, said)

    def test_a_server_that_does_not_sync_loses_mail(self):
        code, rows, said = self.lose_power("ext4", "--control", "no-sync")
        self.assertEqual(code, 1, said)
        self.assertGreater(rows[-1][2], 0, said)

    def test_a_server_that_syncs_no_folder_loses_mail(self):
        # A later mail's sync takes the names of the earlier ones along; behind the last 250 there is no later one.
        code, rows, said = self.lose_power("ext4", "--control", "no-folder-sync")
        self.assertEqual(code, 1, said)
        self.assertGreater(rows[-1][2], 0, said)

    def test_a_disk_that_is_never_told_to_flush_loses_mail_with_its_cache(self):
        code, rows, said = self.lose_power("ext4", "--control", "no-flush", "--cache", "lost")
        self.assertEqual(code, 1, said)
        self.assertGreater(rows[-1][2], 0, said)


if __name__ == "__main__":
    unittest.main()
