internal import Foundation
internal import System

/// Runs programs of the system for a test.
public enum Program {
    public struct Failure: Error {
        public let output: String

        public init(output: String) { self.output = output }
    }

    /// Where it lies; nil when it isn't installed.
    public static func path(_ name: String) -> String? {
        ["/usr/bin/", "/usr/sbin/"].map { $0 + name }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// What it writes; throws that where it fails.
    @discardableResult
    public static func run(_ name: String, _ arguments: [String], in folder: String = "/") throws -> String {
        let (end, output) = try ChildProcess.run([path(name) ?? name] + arguments, in: folder)
        if end != .exited(0) { throw Failure(output: output) }
        return output
    }

    /// Runs a script, which ends where a command fails or a variable isn't set.
    public static func shell(
        _ script: String,
        in folder: String = "/",
        input: String = ""
    ) -> (status: Int32, text: String) {
        do throws(SystemError) {
            let (end, output) = try ChildProcess.run(["/bin/sh", "-euc", script], in: folder, input: input)
            return (end.status, output)
        } catch {
            return (-1, "\(error)")
        }
    }
}
