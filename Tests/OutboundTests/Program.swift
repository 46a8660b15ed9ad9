import Foundation

/// Runs a program of the system for a test.
enum Program {
    struct Failure: Error { let output: String }

    /// Where it lies; nil when it isn't installed.
    static func path(_ name: String) -> String? {
        ["/usr/bin/", "/usr/sbin/"].map { $0 + name }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// What it writes to standard output.
    @discardableResult
    static func run(_ name: String, _ arguments: [String], in folder: String) throws -> String {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(filePath: path(name) ?? name)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        if process.terminationStatus != 0 { throw Failure(output: text) }
        return text
    }
}
