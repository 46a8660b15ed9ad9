import Foundation
import System

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
        do throws(SystemError) {
            let (end, output) = try ChildProcess.run([program] + arguments, in: folder.path)
            return Outcome(status: end.status, output: output)
        } catch {
            return Outcome(status: -1, output: "\(error)")
        }
    }

    /// A folder that is removed when the closure returns.
    static func inFolder<R>(_ body: (URL) throws -> R) throws -> R {
        let folder = FileManager.default.temporaryDirectory.appending(path: "haraka-abi-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }
}
