import Glibc
import Support
import System
import Testing

struct UniqueFileTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `Every unique file has a name of its own`() throws {
        let here = try folder.open()
        for _ in 0..<50 { try here.makeUnique(prefix: "draft.").file.writeAll("x") }
        #expect(Set(try folder.names).count == 50)
        #expect(try folder.names.allSatisfy { $0.hasPrefix("draft.") })
    }

    @Test func `Replacing leaves the new bytes, the exact mode, and nothing else`() throws {
        try folder.write("old", to: "state", mode: 0o644)
        try folder.open().replace("state", with: Array("new".utf8), mode: 0o640)
        #expect(try folder.text(of: "state") == "new")
        #expect(try folder.open().facts(of: "state").mode == 0o640)
        #expect(try folder.names == ["state"])
    }

    @Test func `A replacement that fails leaves what was there, and nothing else`() throws {
        try folder.write("x", to: "taken/inside")
        #expect(throws: SystemError.self) { try folder.open().replace("taken", with: [1, 2, 3]) }
        #expect(try folder.names == ["taken"])
        #expect(try folder.text(of: "taken/inside") == "x")
    }

    @Test func `A disk that is full in the middle leaves the old file, and nothing else`() async throws {
        try folder.write("old", to: "state")
        await #expect(processExitsWith: .success) { [path = folder.path as String] in
            // A limit on the size of files fails a write as a full disk does, after the part that fits.
            var limit = rlimit(rlim_cur: 1000, rlim_max: 1000)
            _ = signal(SIGXFSZ, SIG_IGN)
            _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            #expect(throws: SystemError(errno: EFBIG, call: "write", path: "")) {
                do throws(SystemError) {
                    try Files.replace(path + "/state", with: [UInt8](repeating: 7, count: 5000))
                } catch {
                    throw SystemError(errno: error.errno, call: error.call)
                }
            }
        }
        #expect(try folder.text(of: "state") == "old")
        #expect(try folder.names == ["state"])
    }

    @Test(arguments: [("/a/b/", "/a", "b"), ("b", ".", "b"), ("/b", "/", "b"), ("/", "/", ""), ("a//b", "a/", "b")])
    func `A path has a folder and a last part`(path: String, folder: String, name: String) {
        #expect(Files.split(path).folder == folder)
        #expect(Files.split(path).name == name)
    }

    @Test func `A folder is made with those above it, and again without complaint`() throws {
        try Files.makeDirectory(folder.path + "/a/b/c")
        try Files.makeDirectory(folder.path + "/a/b/c")
        #expect(try FileFacts.of(folder.path + "/a/b/c").kind == .directory)
        try folder.write("x", to: "file")
        #expect(throws: SystemError.self) { try Files.makeDirectory(folder.path + "/file") }
        #expect(throws: SystemError.self) { try Files.makeDirectory(folder.path + "/file/a") }
    }
}
