internal import Glibc
internal import System

/// Another program that this one runs and waits for.
struct ChildProcess: ~Copyable {
    private let id: pid_t

    /// How it ended.
    enum End: Equatable, CustomStringConvertible {
        case exited(Int32)
        case killed(Int32)

        var description: String {
            switch self {
            case .exited(let code): "exit code \(code)"
            case .killed(let signal): "killed by \(ChildProcess.name(of: signal))"
            }
        }
    }

    /// Starts it with this program's streams; `moving` gives descriptors new numbers in it, in order.
    init(_ words: [String], moving: [(from: Int32, to: Int32)] = []) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for move in moving { unsafe posix_spawn_file_actions_adddup2(&actions, move.from, move.to) }
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
        var id: pid_t = 0
        let fault = unsafe posix_spawnp(&id, words[0], &actions, nil, &arguments, environ)
        guard fault == 0 else {
            throw Sentence("\(words[0]) cannot be run: \(SystemError(errno: fault, call: "posix_spawn").reason).")
        }
        self.id = id
    }

    func kill() { _ = Glibc.kill(id, SIGKILL) }

    consuming func wait() -> End {
        var status: Int32 = 0
        while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal)
    }

    static func run(_ words: [String]) throws -> End {
        // What it says belongs to the terminal; standard output is for this command's own result.
        try ChildProcess(words, moving: [(from: 2, to: 1)]).wait()
    }

    /// The first line that it writes to standard output.
    static func output(of words: [String]) throws -> String {
        let pipe = try Pipe()
        let child = try ChildProcess(words, moving: [(from: pipe.writing.number, to: 1)])
        let reading = pipe.closeWriting()
        let bytes = try reading.readAll(limit: 1 << 20)
        let end = child.wait()
        let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first
        guard end == .exited(0), let line else { throw Sentence("\"\(words.joined(separator: " "))\" failed: \(end).") }
        return String(line)
    }

    static func name(of signal: Int32) -> String {
        let names: [Int32: String] = [
            SIGSEGV: "SIGSEGV", SIGABRT: "SIGABRT", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP", SIGBUS: "SIGBUS",
            SIGFPE: "SIGFPE", SIGKILL: "SIGKILL", SIGTERM: "SIGTERM", SIGSYS: "SIGSYS",
        ]
        return names[signal] ?? "signal \(signal)"
    }
}
