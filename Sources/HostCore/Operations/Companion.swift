internal import Foundation
internal import System

/// Other programs that a command runs.
public enum Companion {
    /// A program that lies beside this one; its exit status, or 127 when it isn't there.
    public static func run(_ program: String, _ arguments: [String]) -> Int32 {
        let folder = (try? Files.canonical("/proc/self/exe")).map { Files.split($0).folder } ?? "."
        let process = Process()
        process.executableURL = URL(fileURLWithPath: folder + "/" + program)
        process.arguments = arguments
        do { try process.run() } catch {
            Terminal.tell("\(folder)/\(program) can't be run: \(error)")
            return 127
        }
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Gives a text to a shell command, a pager for example; false when it couldn't be run.
    static func pipe(_ text: String, into command: String) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        let input = Pipe()
        process.standardInput = input
        guard (try? process.run()) != nil else { return false }
        try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// The output of a program found on the PATH; nil when it isn't there or fails.
    static func output(of program: String, _ arguments: [String]) -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: bytes, as: UTF8.self) : nil
    }
}
