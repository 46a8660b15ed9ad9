import Foundation

/// A folder with files below it for one test, gone with it.
final class Folders {
    let path: String

    init(_ files: [String: String] = [:]) throws {
        path = "/tmp/haraka-hosttest-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path + "/config", withIntermediateDirectories: true)
        for (name, text) in files { try write(name, text) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws {
        let file = URL(filePath: path + "/" + name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path + "/" + name)), as: UTF8.self)
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

    /// Its permission bits.
    func mode(_ name: String) throws -> Int {
        let facts = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
        return facts[.posixPermissions] as? Int ?? 0
    }
}
