import Glibc
import Support
import System
import Testing

struct FileDescriptorTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `What is written is read back, whole and in parts`() throws {
        let file = try folder.open().open("a", [.readWrite, .create])
        try file.writeAll("hello world")
        try file.synchronize()
        #expect(try file.read(upTo: 5, at: 6) == Array("world".utf8))
        #expect(try folder.text(of: "a") == "hello world")
        #expect(try file.facts().size == 11)
        try file.truncate(to: 5)
        #expect(try folder.text(of: "a") == "hello")
        try file.close()
    }

    @Test(arguments: [0, 1, 4094, 4095, 4096, 4097, 100_000])
    func `Reading all gives every byte of a file of any size`(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try Files.replace(folder.path + "/a", with: bytes)
        #expect(try Files.read(folder.path + "/a") == bytes)
        #expect(try Files.read(folder.path + "/a", limit: count) == bytes)
    }

    @Test func `More bytes than the limit are a fault and not read`() throws {
        try folder.write("12345", to: "a")
        #expect(throws: SystemError(errno: EFBIG, call: "read", path: folder.path + "/a")) {
            try Files.read(folder.path + "/a", limit: 4)
        }
    }

    @Test func `A file of the kernel that tells no size is read to its end`() throws {
        #expect(try Files.read("/proc/self/status").count > 100)
    }

    @Test func `A descriptor is closed once its owner goes, and a duplicate or a released one lives on`() throws {
        var ends: [Int32] = [-1, -1]
        try #require(unsafe pipe(&ends) == 0)
        let reader = FileDescriptor(owning: ends[0], path: "reader")
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        // While somebody holds the writing end, reading would block; after that it is the end.
        let writer = FileDescriptor(owning: ends[1], path: "writer")
        let copy = try writer.duplicate()
        #expect(fcntl(copy.number, F_GETFD) == FD_CLOEXEC)
        try writer.close()
        #expect(errno { _ = try reader.read(upTo: 1) } == EAGAIN)
        let released = copy.release()
        #expect(errno { _ = try reader.read(upTo: 1) } == EAGAIN)
        do { _ = FileDescriptor(owning: released, path: "writer") }
        #expect(try reader.read(upTo: 1) == [])
    }

    @Test func `Names are renamed, linked, listed and removed within a folder`() throws {
        let here = try folder.open()
        try here.makeDirectory("new")
        try here.makeDirectory("tmp")
        let (new, tmp) = ("new", "tmp")
        let target = try here.open(new, [.directory])
        let source = try here.open(tmp, [.directory])
        try source.open("mail", [.write, .create, .exclusive]).close()
        try source.link("mail", into: target, as: "other")
        #expect(try source.facts(of: "mail").links == 2)
        try source.rename("mail", into: target, as: "mail")
        #expect(try target.entries() == [.init("mail"), .init("other")])
        #expect(try here.entries().map(\.kind) == [.directory, .directory])
        #expect(throws: SystemError.self) { try here.removeDirectory("new") }
        try target.unlink("mail")
        try target.rename("other", to: "another")
        try Files.remove(folder.path + "/new")
        #expect(try folder.names == ["tmp"])
    }

    @Test func `A name with a NUL is refused before C can cut it short`() throws {
        let here = try folder.open()
        let name = "user\u{0}/../x"
        let expected = EINVAL
        #expect(errno { _ = try here.open(name, [.write, .create]) } == expected)
        #expect(errno { _ = try here.openBeneath(name, [.write, .create]) } == expected)
        #expect(errno { try here.makeDirectory(name) } == expected)
        #expect(errno { try here.unlink(name) } == expected)
        #expect(errno { try here.rename("a", to: name) } == expected)
        #expect(errno { _ = try here.facts(of: name) } == expected)
        #expect(errno { _ = try Files.read(name) } == expected)
        #expect(try folder.names.isEmpty)
    }

    @Test func `A missing file, a full disk and a folder in a file's place say what went wrong and where`() throws {
        let here = try folder.open()
        #expect(message { _ = try here.open("nix") } == "\(folder.path)/nix: No such file or directory (openat)")
        #expect(message { _ = try here.read(upTo: 1) } == "\(folder.path): Is a directory (read)")
        #expect(
            message { try FileDescriptor.open("/dev/full", [.write]).writeAll("x") }
                == "/dev/full: No space left on device (write)"
        )
        #expect(
            message { try FileDescriptor.open("/dev/null", [.write]).synchronize() }
                == "/dev/null: Invalid argument (fsync)"
        )
    }

    @Test func `Mode and owner are set exactly`() throws {
        try folder.write("x", to: "a", mode: 0o600)
        let file = try folder.open().open("a")
        // In this order: a change of owner takes the set-user-id bit away.
        try file.changeOwner(user: nil, group: Privileges.effectiveGroup)
        try file.changeMode(0o4751)
        #expect(try file.facts().mode == 0o4751)
        #expect(try file.facts().kind == .file)
        #expect(try file.facts().isUnchanged(since: FileFacts.of(folder.path + "/a")))
    }

    private func errno(_ body: () throws -> Void) -> Int32? {
        do { try body() } catch { return (error as? SystemError)?.errno }
        return nil
    }

    private func message(_ body: () throws -> Void) -> String? {
        do { try body() } catch { return "\(error)" }
        return nil
    }
}

extension DirectoryEntry {
    fileprivate init(_ name: String) {
        self.init(name: name, kind: .file)
    }
}
