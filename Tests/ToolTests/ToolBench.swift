import Glibc
import System
import Testing

/// A temporary folder in which `haraka-plugin` and other programs run; removed with its owner.
final class ToolBench {
    let path: String

    struct Outcome {
        let code: Int32
        let out: String
        let err: String
    }

    /// The root of the source tree.
    static let root: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/")
    }()

    /// The command lies beside the tests that are running.
    static func tool() throws -> String { Files.split(try Files.canonical("/proc/self/exe")).folder + "/haraka-plugin" }

    init() throws {
        path = "/tmp/haraka-tool-" + Randomness.word(count: 16)
        try Files.makeDirectory(path)
    }

    deinit { try? Files.remove(path) }

    /// Runs the command and waits for its end.
    func tool(_ arguments: String...) throws -> Outcome { try run([Self.tool()] + arguments) }

    func run(_ words: [String]) throws -> Outcome {
        let (out, err) = (path + "/.out", path + "/.err")
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, out, flags, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, err, flags, 0o600)
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
        var id: pid_t = 0
        let fault = unsafe posix_spawnp(&id, words[0], &actions, nil, &arguments, environ)
        try #require(fault == 0, "\(words[0])")
        var status: Int32 = 0
        while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
        let code = status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
        return Outcome(code: code, out: try text(out), err: try text(err))
    }

    func text(_ path: String) throws -> String { String(decoding: try Files.read(path), as: UTF8.self) }

    /// Compiles C text against the header and gives the library's path.
    func library(_ name: String, _ source: String, flags: [String] = []) throws -> String {
        let file = path + "/" + name
        try Files.replace(file + ".c", with: Array(source.utf8))
        let include = "-I" + Self.root + "/Sources/PluginABI/include"
        let words = ["cc", "-shared", "-fPIC", "-fvisibility=hidden", include, "-o", file, file + ".c"]
        let outcome = try run(words + flags)
        try #require(outcome.code == 0, "\(outcome.err)")
        return file
    }

    /// A service directory with an empty configuration.
    func service() throws -> String {
        try Files.makeDirectory(path + "/service/config")
        return path + "/service"
    }

    static func has(_ command: String) -> Bool {
        let folders = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? ""
        return folders.split(separator: ":").contains { Files.canRead("\($0)/\(command)") }
    }
}
