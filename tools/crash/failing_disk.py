"""A mounted folder that fails when told to, for tests: failfs, started and commanded."""
import contextlib
import pathlib
import shutil
import subprocess
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
BUILT = HERE.parents[1] / ".build/crash"


def built(name):
    """One of the C programs, compiled when it is older than its source."""
    subprocess.run([HERE / "build", BUILT, name], check=True, capture_output=True, text=True, timeout=120)
    return BUILT / name


class FailingDisk:
    """A sound disk at first; `path` is where it is mounted, `behind` is the same without faults.

    It is mounted on the folder `at`, or on one of its own. With `inside`, a folder of a file system that can clone, it
    lies there, and `synced` holds its files as they were at their last fsync.
    """

    def __init__(self, at=None, inside=None):
        program = built("failfs")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="haraka-failing-", dir=inside))
        self.synced = self.folder / "synced"
        self.behind, self.path = self.folder / "behind", at or self.folder / "mounted"
        for folder in (self.folder, self.behind, self.path, self.synced):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)
        # Its words go to a file: nobody has to read a pipe for it to go on.
        with (self.folder / "words").open("wb") as words:
            command = [program, self.behind, self.path, *([self.synced] if inside else [])]
            self.process = subprocess.Popen(command, stdout=words, stderr=words)
        end = time.monotonic() + 30
        while not self.path.is_mount():
            if self.process.poll() is not None or time.monotonic() > end:
                words = (self.folder / "words").read_text()
                self.close()
                raise OSError(f"failfs could not be mounted: {words}")
            threading.Event().wait(0.01)

    def fail(self, operation, error="EIO", times=0, after=0):
        """Lets an operation fail with that error, until clear() or so many times, after so many that are done."""
        self._tell(f"fail {operation} {error} {times} {after}")

    def slow(self, operation, milliseconds):
        """Lets each such operation wait before it is done."""
        self._tell(f"slow {operation} {milliseconds}")

    def space(self, size):
        """Leaves room for so many more bytes."""
        self._tell(f"space {size}")

    def readonly(self):
        """Refuses every change with EROFS, as a file system does that has found an error in itself."""
        self._tell("readonly")

    def clear(self):
        """Is a sound disk again."""
        self._tell("clear")

    def failed(self, operation):
        """How many calls of an operation failed as they were told to."""
        return self._counts()[operation][1]

    def called(self, operation):
        """How many calls of an operation there were."""
        return self._counts()[operation][0]

    def _counts(self):
        lines = (self.path / ".control").read_text().splitlines()
        return {name: (int(calls), int(failed)) for name, calls, failed in map(str.split, lines)}

    def _tell(self, line):
        (self.path / ".control").write_text(line + "\n")

    def close(self):
        """Unmounts it, also when a file on it is still open, and removes what was on it."""
        if self.path.is_mount():
            with contextlib.suppress(OSError):
                self.clear()
        # SIGTERM lets it unmount itself; what hangs is ended.
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        subprocess.run(["umount", "-l", self.path], capture_output=True, timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
