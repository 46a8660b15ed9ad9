internal import Foundation

/// Runs a program of the system for a test.
public enum Program {
    public struct Failure: Error {
        public let output: String

        public init(output: String) { self.output = output }
    }

    /// Where it lies; nil when it isn't installed.
    public static func path(_ name: String) -> String? {
        ["/usr/bin/", "/usr/sbin/"].map { $0 + name }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// What it writes to standard output.
    @discardableResult
    public static func run(_ name: String, _ arguments: [String], in folder: String) throws -> String {
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
