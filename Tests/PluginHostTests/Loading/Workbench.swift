import Glibc
import System
import Testing

/// A temporary folder with a C compiler in it; removed with its owner.
final class Workbench {
    let path: String

    init() throws {
        path = "/tmp/haraka-loading-" + Randomness.word(count: 16)
        try Files.makeDirectory(path, mode: 0o755)
    }

    deinit { try? Files.remove(path) }

    static let entry = "const void *haraka_plugin_v1(unsigned short minor) { return 0; }"

    /// Compiles and links C text as a shared library and gives its path.
    func library(_ name: String, _ source: String = entry, flags: [String] = []) throws -> String {
        let file = path + "/" + name
        try Files.replace(file + ".c", with: Array(source.utf8))
        try run(["cc", "-shared", "-fPIC", "-o", file, file + ".c"] + flags)
        return file
    }

    func run(_ arguments: [String]) throws {
        var process: pid_t = 0
        var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe words.indices { unsafe free(words[index]) } }
        try #require(unsafe posix_spawnp(&process, arguments[0], nil, nil, &words, environ) == 0)
        var status: CInt = 0
        try #require(unsafe waitpid(process, &status, 0) == process)
        try #require(status == 0, "\(arguments.joined(separator: " "))")
    }

    func write(_ name: String, _ text: String = "", mode: UInt32 = 0o644) throws -> String {
        let file = path + "/" + name
        try Files.makeDirectory(Files.split(file).folder)
        try Files.replace(file, with: Array(text.utf8), mode: mode)
        return file
    }

    func changeMode(_ path: String, _ mode: UInt32) throws {
        try #require(unsafe chmod(path, mode) == 0)
    }

    func changeOwner(_ path: String, _ uid: UInt32) throws {
        try #require(unsafe lchown(path, uid, uid) == 0)
    }
}
