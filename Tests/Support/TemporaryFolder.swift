public import System

/// A folder that goes, with everything in it, when the test is over.
public final class TemporaryFolder: Sendable {
    public let path: String

    public init() throws {
        let root = try FileDescriptor.open("/tmp", [.directory])
        let name = "haraka-test-" + Randomness.word(count: 16)
        try root.makeDirectory(name)
        path = "/tmp/" + name
    }

    deinit {
        try? Files.remove(path)
    }

    public func open() throws -> FileDescriptor {
        try FileDescriptor.open(path, [.directory])
    }

    public func write(_ text: String, to name: String, mode: UInt32 = 0o644) throws {
        try Files.makeDirectory(Files.split(path + "/" + name).folder)
        let file = try FileDescriptor.open(path + "/" + name, [.write, .create, .truncate], mode: mode)
        try file.writeAll(text)
        try file.changeMode(mode)
    }

    public func text(of name: String) throws -> String {
        String(decoding: try Files.read(path + "/" + name), as: UTF8.self)
    }

    public var names: [String] {
        get throws { try open().entries().map(\.name) }
    }
}
