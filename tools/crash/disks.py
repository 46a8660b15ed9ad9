"""Disks whose power can fail: file systems in images, and copies of those as they are at one instant.

What is in the image's file has reached the disk. That is a disk whose cache survives. One whose cache is lost keeps
what it had when it was last told to flush: such an image is served by failfs, which clones it at each flush.
"""
import fcntl
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from failing_disk import FailingDisk

MIB = 1 << 20
# linux/fs.h: a file takes over another's content, at once.
FICLONE = 0x40049409

# How each is made and mounted: with no commit by the clock, so nothing is on the disk by luck.
MAKE = {
    # Without work left to a kernel thread, whose journal commits would take the mails along.
    "ext4": ["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0"],
    "xfs": ["mkfs.xfs", "-q", "-f"],
    "btrfs": ["mkfs.btrfs", "-q", "-f"],
}
OPTIONS = {"ext4": "commit=300", "xfs": "nouuid", "btrfs": "commit=300"}
# What leaves out the flushes of the disk; XFS has no such option.
NO_FLUSH = {"ext4": "barrier=0", "btrfs": "nobarrier"}


class Unavailable(Exception):
    """Such disks can't be made here."""


def run(*command):
    # Debian's users have no /usr/sbin in their path, where the makers of file systems are.
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    name = shutil.which(command[0], path=path) or command[0]
    try:
        subprocess.run([name, *map(str, command[1:])], check=True, capture_output=True, text=True, timeout=300)
    except OSError as error:
        raise Unavailable(f"{command[0]}: {error.strerror}") from error
    except subprocess.CalledProcessError as error:
        raise OSError(f"{' '.join(map(str, command))}: {error.stderr.strip()}") from error


class Image:
    """A file with a file system, which is mounted or not."""

    def __init__(self, file, kind):
        self.file, self.kind = file, kind
        # What a copy is made of: what would be there without power.
        self.durable = file
        self.path = file.with_suffix(".mounted")
        self.is_mounted = False

    def make(self, size):
        with self.file.open("wb") as file:
            file.truncate(size)
        run(*MAKE[self.kind], self.file)

    def mount(self, *options):
        self.path.mkdir(exist_ok=True)
        run("mount", "-t", self.kind, "-o", ",".join(["loop", OPTIONS[self.kind], *options]), self.file, self.path)
        self.is_mounted = True

    def unmount(self):
        if not self.is_mounted:
            return
        end = time.monotonic() + 60
        while True:
            try:
                run("umount", self.path)
                break
            except OSError:
                if time.monotonic() > end:
                    run("umount", "-l", self.path)
                    break
                time.sleep(0.05)
        self.is_mounted = False
        if self.kind == "btrfs":
            # All copies have one uuid; the kernel must not take the next for a part of this.
            run("btrfs", "device", "scan", "--forget")


class Host:
    """The file system that the images lie on: an XFS of our own, since that clones a file in one instant."""

    def __init__(self, folder=None, gigabytes=24):
        if os.geteuid() != 0:
            raise Unavailable("only root mounts file systems")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="haraka-crash-", dir=folder))
        self.folder.chmod(0o755)
        self.image = Image(self.folder / "host", "xfs")
        try:
            self.image.make(gigabytes << 30)
            self.image.mount()
        except (OSError, Unavailable) as error:
            shutil.rmtree(self.folder)
            raise Unavailable(f"needs mkfs.xfs and a loop device: {error}") from error
        self.path = self.image.path

    def cache(self):
        """A folder for images whose cache is lost with the power."""
        try:
            return FailingDisk(inside=self.path)
        except OSError as error:
            raise Unavailable(str(error)) from error

    def disk(self, kind, size, cache=None, options=()):
        """A fresh disk of that kind, mounted."""
        image = Image((cache.path if cache else self.path) / f"{kind}.image", kind)
        if cache:
            image.path = self.path / f"{kind}.mounted"
            image.durable = cache.synced / image.file.name
        try:
            image.make(size)
            image.mount(*options)
            image.path.chmod(0o755)
            # What was made until now is no part of the question.
            run("sync", "-f", image.path)
        except OSError as error:
            raise Unavailable(f"{kind}: {error}") from error
        return image

    def close(self):
        self.image.unmount()
        shutil.rmtree(self.folder, ignore_errors=True)


def clone(image, name):
    """A copy of what is on a mounted disk at one instant between its writes; that instant, and how long it took."""
    copy = Image(image.path.with_name(f"{name}.image"), image.kind)
    with image.durable.open("rb") as source, copy.file.open("wb") as target:
        begin = time.monotonic()
        fcntl.ioctl(target.fileno(), FICLONE, source.fileno())
        return copy, begin, time.monotonic() - begin
