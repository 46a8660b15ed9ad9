import Glibc

extension FileDescriptor {
    /// The terminal that the process was started from, wherever its input and output go.
    public static func terminal() throws(SystemError) -> FileDescriptor { try open("/dev/tty", .readWrite) }

    /// A descriptor of one's own for the process's standard input.
    public static func standardInput() throws(SystemError) -> FileDescriptor {
        let copy = try SystemCall.retrying("fcntl", "standard input") { fcntl(0, F_DUPFD_CLOEXEC, 0) }
        return FileDescriptor(owning: copy, path: "standard input")
    }

    /// Asks somebody at this terminal for a line that isn't shown; nil when they gave up with Ctrl-C or Ctrl-D.
    ///
    /// The terminal sends no signals meanwhile, so that nothing leaves it without echo.
    public func readSecret(prompt: String) throws(SystemError) -> [UInt8]? {
        var before = termios()
        try SystemCall.retrying("tcgetattr", path) { unsafe tcgetattr(number, &before) }
        var quiet = before
        quiet.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON | ISIG)
        unsafe withUnsafeMutableBytes(of: &quiet.c_cc) { signs in
            unsafe signs[Int(VMIN)] = 1
            unsafe signs[Int(VTIME)] = 0
        }
        try SystemCall.retrying("tcsetattr", path) { unsafe tcsetattr(number, TCSAFLUSH, &quiet) }
        defer { _ = unsafe tcsetattr(number, TCSAFLUSH, &before) }
        try writeAll(prompt)
        let line = try readLine()
        try writeAll("\n")
        return line
    }

    /// Reads signs to the end of a line, with the two that take some back.
    private func readLine() throws(SystemError) -> [UInt8]? {
        var line: [UInt8] = []
        while line.count < 4096 {
            guard let sign = try read(upTo: 1).first else { return nil }
            switch sign {
            case 0x0A, 0x0D: return line
            case 0x03, 0x04: return nil
            case 0x08, 0x7F: Self.dropCharacter(&line)
            case 0x15: line = []
            default: line.append(sign)
            }
        }
        return nil
    }

    /// All bytes of the last UTF-8 character.
    private static func dropCharacter(_ line: inout [UInt8]) {
        while let byte = line.popLast() {
            if byte & 0xC0 != 0x80 { return }
        }
    }
}
