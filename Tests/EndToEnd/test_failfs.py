"""The disk that fails when told to, by itself: each fault shows, and goes."""
import concurrent.futures
import errno
import os
import pathlib
import subprocess
import sys
import time
import unittest

from service import ROOT, wait_for

sys.path.insert(0, str(ROOT / "tools/crash"))
from failing_disk import FailingDisk  # noqa: E402


def failing_disk(at=None):
    """A disk that fails, or the reason why there can be none here."""
    if os.geteuid() != 0:
        raise unittest.SkipTest("needs root: the server's account has to see the disk too")
    try:
        return FailingDisk(at)
    except (OSError, subprocess.SubprocessError) as error:
        raise unittest.SkipTest(f"needs gcc, libfuse3-dev and /dev/fuse: {error} {getattr(error, 'stderr', '')}")


class FailingDiskTests(unittest.TestCase):
    def setUp(self):
        self.disk = failing_disk()
        self.addCleanup(self.disk.close)
        self.file = self.disk.path / "file"

    def refused(self, number, action):
        with self.assertRaises(OSError) as raised:
            action()
        self.assertEqual(errno.errorcode[raised.exception.errno], errno.errorcode[number])

    def open(self, flags=os.O_WRONLY):
        descriptor = os.open(self.file, flags | os.O_CREAT, 0o600)
        self.addCleanup(os.close, descriptor)
        return descriptor

    def test_a_sound_disk_does_what_a_disk_does(self):
        folder = self.disk.path / "folder"
        folder.mkdir(mode=0o700)
        os.chown(folder, 12, 34)
        self.file.write_bytes(b"x" * 3_000_000)
        os.utime(self.file, (1, 2))
        self.file.rename(folder / "renamed")
        (folder / "link").symlink_to("renamed")
        os.link(folder / "renamed", folder / "hard")
        self.assertEqual(sorted(os.listdir(folder)), ["hard", "link", "renamed"])
        self.assertEqual((folder / "link").read_bytes(), b"x" * 3_000_000)
        with (folder / "renamed").open("r+b") as file:
            file.truncate(10)
            (folder / "renamed").unlink()
            file.seek(0, os.SEEK_END)
            file.write(b"still here")
            file.flush()
            os.fsync(file.fileno())
        self.assertEqual((self.disk.behind / "folder/hard").read_bytes(), b"x" * 10 + b"still here")
        found = (self.disk.behind / "folder").stat()
        self.assertEqual((found.st_uid, found.st_gid, found.st_mode & 0o777), (12, 34, 0o700))
        self.assertEqual(os.listdir(self.disk.path), ["folder"], "the control file is in no listing")

    def test_a_file_belongs_to_who_made_it(self):
        self.disk.path.chmod(0o777)
        subprocess.run(["touch", self.file], check=True, user=12, group=34, extra_groups=[])
        found = (self.disk.behind / "file").stat()
        self.assertEqual((found.st_uid, found.st_gid), (12, 34))
        denied = subprocess.run(["sh", "-c", f"echo clear >{self.disk.path}/.control"], user=12, capture_output=True)
        self.assertNotEqual(denied.returncode, 0, "only root commands it")

    def test_each_operation_fails_as_told_and_is_sound_after_clear(self):
        descriptor = self.open(os.O_RDWR)
        folder = os.open(self.disk.path, os.O_RDONLY | os.O_DIRECTORY)
        self.addCleanup(os.close, folder)
        new = self.disk.path / "new"

        def create():
            os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
            os.unlink(new)

        def rename():
            os.rename(self.file, new)
            os.rename(new, self.file)

        def remove():
            self.disk.behind.joinpath("other").touch()
            os.unlink(self.disk.path / "other")

        def read():
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.pread(descriptor, 3, 0)

        actions = [
            ("write", lambda: os.pwrite(descriptor, b"abc", 0)), ("read", read),
            ("fsync", lambda: os.fsync(descriptor)), ("fsync", lambda: os.fsync(folder)),
            ("create", create), ("rename", rename), ("remove", remove),
            ("change", lambda: os.fchmod(descriptor, 0o640)), ("lookup", lambda: os.stat(self.file)),
        ]
        for operation, action in actions:
            for error in ("EIO", "EROFS", "ENOSPC", "EDQUOT", "EACCES"):
                with self.subTest(operation=operation, error=error):
                    action()
                    before = self.disk.failed(operation)
                    self.disk.fail(operation, error)
                    self.refused(getattr(errno, error), action)
                    self.refused(getattr(errno, error), action)
                    self.assertGreaterEqual(self.disk.failed(operation), before + 2)
                    self.disk.clear()
                    action()

    def test_any_fails_everything_at_once(self):
        descriptor = self.open()
        self.disk.fail("any")
        for action in (lambda: os.write(descriptor, b"x"), lambda: os.fsync(descriptor), lambda: os.stat(self.file),
                       lambda: os.listdir(self.disk.path), lambda: os.mkdir(self.disk.path / "folder")):
            self.refused(errno.EIO, action)
        self.disk.clear()
        os.write(descriptor, b"x")
        self.assertEqual(self.file.read_bytes(), b"x")

    def test_a_sync_that_fails_once_succeeds_the_next_time(self):
        descriptor = self.open()
        os.write(descriptor, b"x")
        self.disk.fail("fsync", "EIO", times=1)
        self.refused(errno.EIO, lambda: os.fsync(descriptor))
        os.fsync(descriptor)
        self.disk.fail("fsync", "EIO", times=2)
        self.refused(errno.EIO, lambda: os.fsync(descriptor))
        self.refused(errno.EIO, lambda: os.fsync(descriptor))
        os.fsync(descriptor)

    def test_a_sync_may_fail_after_some_that_succeed(self):
        descriptor = self.open()
        self.disk.fail("fsync", "EIO", times=1, after=2)
        os.fsync(descriptor)
        os.fsync(descriptor)
        self.refused(errno.EIO, lambda: os.fsync(descriptor))
        os.fsync(descriptor)

    def test_a_full_disk_takes_what_fits_and_then_nothing(self):
        descriptor = self.open()
        self.disk.space(10)
        self.assertEqual(os.write(descriptor, b"123456"), 6)
        self.assertEqual(os.write(descriptor, b"123456"), 4)
        self.refused(errno.ENOSPC, lambda: os.write(descriptor, b"1"))
        self.assertEqual(self.file.stat().st_size, 10)
        self.disk.clear()
        self.assertEqual(os.write(descriptor, b"1"), 1)

    def test_a_disk_that_became_read_only_can_be_read(self):
        descriptor = self.open()
        os.write(descriptor, b"text")
        self.disk.readonly()
        for action in (lambda: os.write(descriptor, b"x"), lambda: os.rename(self.file, self.disk.path / "new"),
                       lambda: os.unlink(self.file), lambda: os.mkdir(self.disk.path / "folder"),
                       lambda: os.truncate(self.file, 0), lambda: os.chmod(self.file, 0o640),
                       lambda: os.open(self.disk.path / "new", os.O_WRONLY | os.O_CREAT)):
            self.refused(errno.EROFS, action)
        self.assertEqual((self.file.read_bytes(), os.listdir(self.disk.path)), (b"text", ["file"]))
        self.disk.clear()
        os.write(descriptor, b"x")

    def test_a_slow_write_holds_up_no_other_operation_and_clear_ends_the_wait(self):
        files = [os.open(self.disk.path / str(number), os.O_WRONLY | os.O_CREAT) for number in range(40)]
        self.disk.slow("write", 150)
        begin = time.monotonic()
        os.write(files[0], b"x")
        self.assertGreaterEqual(time.monotonic() - begin, 0.15)
        self.disk.slow("write", 600_000)
        with concurrent.futures.ThreadPoolExecutor(len(files)) as threads:
            writes = [threads.submit(os.write, file, b"x") for file in files]
            wait_for(lambda: self.disk.called("write") == len(files) + 1, "all of them waiting")
            os.fsync(self.open())
            self.assertFalse(any(write.done() for write in writes))
            self.disk.clear()
            self.assertEqual([write.result(30) for write in writes], [1] * len(files))
        for file in files:
            os.close(file)

    def test_a_command_that_means_nothing_is_refused(self):
        for line in ("fail", "fail write", "fail write ENOSUCH", "fail nothing EIO", "fail write EIO -1", "slow write",
                     "space -1", "space x"):
            with self.subTest(line=line):
                self.refused(errno.EINVAL, lambda: (self.disk.path / ".control").write_text(line))

    def test_nothing_of_it_stays_when_it_is_closed_with_a_file_open(self):
        descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT)
        self.disk.slow("write", 600_000)
        self.disk.close()
        os.close(descriptor)
        self.assertFalse(self.disk.folder.exists())
        self.assertNotIn(str(self.disk.path), pathlib.Path("/proc/mounts").read_text())


if __name__ == "__main__":
    unittest.main()
