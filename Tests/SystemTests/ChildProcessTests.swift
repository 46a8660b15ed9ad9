import Glibc
import Testing

@testable import System

@Suite struct ChildProcessTests {
    @Test func `What it writes to both streams comes back, however much it reads`() throws {
        let text = String(repeating: "0123456789abcde\n", count: 65_536)
        let (end, output) = try ChildProcess.run(["/bin/sh", "-c", "echo no >&2; cat"], input: text)
        #expect(end == .exited(0))
        #expect(output == "no\n" + text)
    }

    @Test func `It runs where it is told to`() throws {
        #expect(try ChildProcess.run(["pwd"], in: "/usr").output == "/usr\n")
    }

    @Test(
        "Its end is told as a shell tells it",
        arguments: [
            ("exit 0", ChildProcess.End.exited(0), Int32(0)), ("exit 7", .exited(7), 7),
            ("kill -KILL $$", .killed(SIGKILL), 137),
        ]
    )
    func end(_ script: String, _ end: ChildProcess.End, _ status: Int32) throws {
        let told = try ChildProcess.run(["/bin/sh", "-c", script]).end
        #expect(told == end)
        #expect(told.status == status)
    }

    @Test func `A program that isn't there is an error with its name`() {
        #expect(throws: SystemError(errno: ENOENT, call: "posix_spawn", path: "no-such-program")) {
            try ChildProcess.run(["no-such-program"])
        }
    }

    @Test func `It has no descriptor but those that it is given`() throws {
        // One that a careless library has left open.
        let stray = dup(0)
        defer { close(stray) }
        #expect(fcntl(stray, F_GETFD) & FD_CLOEXEC == 0)
        let listing = try ChildProcess.run(["/bin/sh", "-c", "ls /proc/$$/fd"]).output
        #expect(listing.split(separator: "\n") == ["0", "1", "2"])
    }

    @Test func `No signal is held back in it`() throws {
        var (mask, before) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&mask)
        unsafe sigaddset(&mask, SIGTERM)
        unsafe pthread_sigmask(SIG_BLOCK, &mask, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        let child = try ChildProcess(["sleep", "600"])
        child.terminate()
        #expect(child.wait() == .killed(SIGTERM))
    }
}
