import Glibc
import System
import Testing

@Suite struct TerminalTests {
    private struct Outcome {
        var line: [UInt8]?
        var echoesAgain = false
    }

    /// What somebody types at the prompt, what comes of it, and all that the terminal shows.
    private func typing(_ signs: String) throws -> (Outcome, shown: [UInt8]) {
        let person = try FileDescriptor.open("/dev/ptmx", OpenFlags(rawValue: O_RDWR | O_NOCTTY))
        var (number, lock): (Int32, Int32) = (-1, 0)
        // What unlockpt(3) and ptsname(3) do, which Swift does not see: TIOCSPTLCK and TIOCGPTN.
        #expect(unsafe ioctl(person.number, 0x4004_5431, &lock) == 0)
        #expect(unsafe ioctl(person.number, 0x8004_5430, &number) == 0)
        let name = "/dev/pts/\(number)"
        // Held, so that what was shown can be read to its end.
        let held = try FileDescriptor.open(name, OpenFlags(rawValue: O_RDWR | O_NOCTTY))
        let outcome = Locked(Outcome())
        let asking = try BackgroundThread {
            guard let terminal = try? FileDescriptor.open(name, OpenFlags(rawValue: O_RDWR | O_NOCTTY)) else { return }
            let line = try? terminal.readSecret(prompt: "Password: ")
            var state = termios()
            unsafe tcgetattr(terminal.number, &state)
            let echoes = state.c_lflag & tcflag_t(ECHO) != 0
            outcome.withLock { $0 = Outcome(line: line, echoesAgain: echoes) }
        }
        // What is typed before the prompt is thrown away.
        var shown: [UInt8] = []
        while !shown.ends(with: "Password: ") { shown += try person.read(upTo: 64) }
        try person.writeAll(signs)
        while !shown.ends(with: "\n") { shown += try person.read(upTo: 64) }
        asking.join()
        try held.close()
        return (outcome.withLock { $0 }, shown)
    }

    @Test(
        arguments: [
            ("secret\n", "secret"), ("secret\r", "secret"), ("sex\u{7f}cret\n", "secret"), ("é\u{7f}x\n", "x"),
            ("abc\u{15}secret\n", "secret"), ("\u{8}\u{8}x\n", "x"), ("\n", ""), ("sec\u{3}", nil), ("\u{4}", nil),
        ] as [(String, String?)]
    ) func `A secret is read and not shown`(signs: String, secret: String?) throws {
        let (outcome, shown) = try typing(signs)
        #expect(outcome.line == secret.map { Array($0.utf8) })
        #expect(shown == Array("Password: \r\n".utf8))
        #expect(outcome.echoesAgain)
    }

    @Test func `What is no terminal can't be asked at`() throws {
        let file = try FileDescriptor.open("/dev/null", .readWrite)
        #expect(throws: SystemError.self) { try file.readSecret(prompt: "Password: ") }
    }
}

extension [UInt8] {
    fileprivate func ends(with text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
