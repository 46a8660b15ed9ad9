internal import Foundation
internal import System

/// Runs the server in the background: `daemonize=true` in smtp.ini.
public enum Daemon {
    private static let mark = "HARAKA_IN_BACKGROUND"

    /// Starts this program again in a session of its own, where the directory asks for that; true when it did.
    public static func leave(directory: String, installation: Installation) throws(StartError) -> Bool {
        guard Environment.value(mark) == nil else { return false }
        let settings = try Configuration.read(directory, installation).settings
        guard settings.daemonize else { return false }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setsid")
        let program = (try? Files.canonical("/proc/self/exe")) ?? CommandLine.arguments[0]
        process.arguments = [program, "-c", directory]
        process.environment = ProcessInfo.processInfo.environment.merging([mark: "1"]) { $1 }
        do {
            let log = try FileDescriptor.open(settings.daemonLogFile, [.write, .append, .create], mode: 0o640)
            let output = FileHandle(fileDescriptor: log.release(), closeOnDealloc: true)
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            process.standardError = output
            try process.run()
            try Files.replace(settings.daemonPidFile, with: Array("\(process.processIdentifier)\n".utf8), mode: 0o644)
        } catch { throw StartError("The server can't be put into the background: \(error)") }
        return true
    }
}
