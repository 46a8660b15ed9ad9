import Foundation
import Support
import Testing

/// Debian's unbound on a port of the loopback, with zones of master files; it ends with its owner.
final class NameServer {
    static let isInstalled = Program.path("unbound") != nil

    private let process: Process
    private let lines: Pipe
    /// As a forwarder is written.
    let address: String

    /// `extra` are lines of the section `server:`.
    init(_ zones: [String: String], extra: String = "", in folder: TemporaryFolder) throws {
        for _ in 0..<5 {
            let port = Loopback.freePort()
            try folder.write(Self.configuration(zones, extra, folder.path, port), to: "unbound.conf")
            let (process, lines) = (Process(), Pipe())
            process.executableURL = URL(filePath: try #require(Program.path("unbound")))
            process.arguments = ["-d", "-d", "-p", "-c", folder.path + "/unbound.conf"]
            process.standardError = lines
            try process.run()
            if Self.isUp(lines) {
                (self.process, self.lines, address) = (process, lines, "127.0.0.1@\(port)")
                return
            }
            // Somebody else took the port.
            process.waitUntilExit()
        }
        throw Program.Failure(output: "unbound does not start")
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
    }

    private static func configuration(
        _ zones: [String: String],
        _ extra: String,
        _ folder: String,
        _ port: UInt16
    ) -> String {
        var text = """
            server:
              directory: "\(folder)"
              interface: 127.0.0.1
              port: \(port)
              username: ""
              chroot: ""
              pidfile: ""
              use-syslog: no
              logfile: ""
              verbosity: 1
              do-daemonize: no
              do-ip6: no
              module-config: "iterator"
              \(extra)
            remote-control:
              control-enable: no
            forward-zone:
              name: "."
              forward-addr: 127.0.0.1@1

            """
        for (name, path) in zones {
            text += "auth-zone:\n  name: \"\(name)\"\n  zonefile: \"\(path)\"\n"
            text += "  for-downstream: yes\n  for-upstream: no\n"
        }
        return text
    }

    /// Reads its log until it says that it serves, or ends.
    private static func isUp(_ lines: Pipe) -> Bool {
        var text = ""
        while true {
            let data = lines.fileHandleForReading.availableData
            if data.isEmpty { return false }
            text += String(decoding: data, as: UTF8.self)
            if text.contains("start of service") { return true }
        }
    }
}
