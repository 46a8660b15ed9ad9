import Foundation

/// Runs the compilers and programs that the tests of the C side need.
enum Tool {
    struct Outcome: CustomStringConvertible {
        let status: Int32
        let output: String

        var description: String { "status \(status)\n\(output)" }
    }

    /// The repository that this file lies in.
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static let header = repository.appending(path: "Sources/PluginABI/include").path

    static func exists(_ name: String) -> Bool { run("/bin/sh", ["-c", "command -v \(name)"]).status == 0 }

    /// Runs to the end; standard output and standard error come as one text.
    static func run(_ program: String, _ arguments: [String], in folder: URL = repository) -> Outcome {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: program.hasPrefix("/") ? program : "/usr/bin/env")
        process.arguments = program.hasPrefix("/") ? arguments : [program] + arguments
        process.currentDirectoryURL = folder
        process.standardOutput = pipe
        process.standardError = pipe
        do { try process.run() } catch { return Outcome(status: -1, output: "\(error)") }
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
    }

    /// A folder that is removed when the closure returns.
    static func inFolder<R>(_ body: (URL) throws -> R) throws -> R {
        let folder = FileManager.default.temporaryDirectory.appending(path: "haraka-abi-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }
}
