import Glibc

/// Another program that this one runs and waits for.
///
/// Not Foundation's `Process`: up to Swift 6.3 its `run()` reads beyond what readdir(3) gave it and crashes now and then.
public struct ChildProcess: ~Copyable {
    public let id: Int32

    /// How it ended.
    public enum End: Equatable, Sendable {
        case exited(Int32)
        case killed(Int32)

        /// As a shell tells it: the exit code, or 128 and the signal's number.
        public var status: Int32 {
            switch self {
            case .exited(let code): code
            case .killed(let signal): 128 + signal
            }
        }
    }

    /// Starts it with this program's environment and streams, and with no signal held back.
    ///
    /// - Parameters:
    ///   - words: the program, which is looked for on the PATH where it has no slash, and its arguments.
    ///   - folder: where it runs; nil is where this program does.
    ///   - moving: descriptors that get other numbers in it, in this order. It has none but these and 0 to 2.
    /// - Throws: what posix_spawn(3) says; ENOENT where there is no such program.
    public init(
        _ words: [String],
        in folder: String? = nil,
        moving: [(from: Int32, to: Int32)] = []
    ) throws(SystemError) {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        if let folder {
            let added = unsafe Self.addFolder?(&actions, folder) ?? ENOSYS
            guard added == 0 else { throw SystemError(errno: added, call: "posix_spawn", path: folder) }
        }
        for move in moving { unsafe posix_spawn_file_actions_adddup2(&actions, move.from, move.to) }
        let highest = moving.reduce(2) { max($0, $1.to) }
        let closing = unsafe Self.addClosing?(&actions, highest + 1) ?? ENOSYS
        guard closing == 0 else { throw SystemError(errno: closing, call: "posix_spawn", path: words[0]) }
        var attributes = Self.plainSignals()
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
        var id: pid_t = 0
        let fault = unsafe posix_spawnp(&id, words[0], &actions, &attributes, &arguments, environ)
        guard fault == 0 else { throw SystemError(errno: fault, call: "posix_spawn", path: words[0]) }
        self.id = id
    }

    private typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t>

    // GNU's additions, which Swift's module of the C library leaves out; glibc has had the last since 2.34.
    private static let addFolder = unsafe function(
        "posix_spawn_file_actions_addchdir_np",
        as: (@convention(c) (Actions, UnsafePointer<CChar>) -> Int32).self
    )
    private static let addClosing = unsafe function(
        "posix_spawn_file_actions_addclosefrom_np",
        as: (@convention(c) (Actions, Int32) -> Int32).self
    )

    private static func function<Function>(_ name: String, as type: Function.Type) -> Function? {
        guard let symbol = unsafe dlsym(nil, name) else { return nil }
        return unsafe unsafeBitCast(symbol, to: type)
    }

    /// No signal is blocked, and a broken pipe ends a program as it does elsewhere.
    private static func plainSignals() -> posix_spawnattr_t {
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        return attributes
    }

    /// Asks it to end.
    public func terminate() { _ = Glibc.kill(id, SIGTERM) }

    /// Ends it.
    public func kill() { _ = Glibc.kill(id, SIGKILL) }

    /// Returns when it has ended.
    public consuming func wait() -> End {
        var status: Int32 = 0
        while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal)
    }
}

extension ChildProcess {
    /// Runs a program to its end with `input` to read; what it writes comes as one text.
    ///
    /// `errors` is where its standard error goes; nil is the same text.
    public static func run(
        _ words: [String],
        in folder: String? = nil,
        input: String = "",
        errors: Int32? = nil
    ) throws(SystemError) -> (end: End, output: String) {
        let stdin = try text(input)
        let pipe = try Pipe()
        let child = try ChildProcess(
            words,
            in: folder,
            moving: [(from: stdin.number, to: 0), (from: pipe.writing.number, to: 1), (from: errors ?? 1, to: 2)]
        )
        let reading = pipe.closeWriting()
        do throws(SystemError) {
            let bytes = try reading.readAll(limit: .max - 1)
            return (child.wait(), String(decoding: bytes, as: UTF8.self))
        } catch {
            child.kill()
            _ = child.wait()
            throw error
        }
    }

    /// Runs a program to its end with `input` to read and this program's streams to write to.
    public static func feed(_ input: String, to words: [String]) throws(SystemError) -> End {
        let stdin = try text(input)
        return try ChildProcess(words, moving: [(from: stdin.number, to: 0)]).wait()
    }

    /// A text of any length to be read; no pipe, which would have to be filled while the program writes.
    private static func text(_ text: String) throws(SystemError) -> FileDescriptor {
        let file = try FileDescriptor.inMemory(named: "input")
        try file.writeAll(text)
        try SystemCall.retrying("lseek", file.path) { lseek(file.number, 0, SEEK_SET) }
        return file
    }
}

extension ChildProcess.End: CustomStringConvertible {
    public var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .killed(let signal): "killed by \(Self.name(of: signal))"
        }
    }

    private static func name(of signal: Int32) -> String {
        let names: [Int32: String] = [
            SIGSEGV: "SIGSEGV", SIGABRT: "SIGABRT", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP", SIGBUS: "SIGBUS",
            SIGFPE: "SIGFPE", SIGKILL: "SIGKILL", SIGTERM: "SIGTERM", SIGSYS: "SIGSYS",
        ]
        return names[signal] ?? "signal \(signal)"
    }
}
