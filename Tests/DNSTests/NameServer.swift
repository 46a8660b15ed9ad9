import Foundation
import Support
import System
import Testing

/// Debian's unbound on a port of the loopback, with zones of master files; it ends with its owner.
final class NameServer {
    static let isInstalled = Program.path("unbound") != nil

    private var process: ChildProcess?
    /// Its log, which it must be able to write to.
    private let lines: FileDescriptor
    /// As a forwarder is written.
    let address: String

    /// `extra` are lines of the section `server:`.
    init(_ zones: [String: String], extra: String = "", in folder: TemporaryFolder) throws {
        for _ in 0..<5 {
            let port = Loopback.freePort()
            try folder.write(Self.configuration(zones, extra, folder.path, port), to: "unbound.conf")
            let program = try #require(Program.path("unbound"))
            let pipe = try System.Pipe()
            let process = try ChildProcess(
                [program, "-d", "-d", "-p", "-c", folder.path + "/unbound.conf"],
                moving: [(from: pipe.writing.number, to: 2)]
            )
            let lines = pipe.closeWriting()
            if try Self.isUp(lines) {
                self.process = consume process
                self.lines = lines
                address = "127.0.0.1@\(port)"
                return
            }
            // Somebody else took the port.
            _ = process.wait()
        }
        throw Program.Failure(output: "unbound does not start")
    }

    deinit {
        if let process = process.take() {
            process.terminate()
            _ = process.wait()
        }
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
    private static func isUp(_ lines: borrowing FileDescriptor) throws -> Bool {
        var text = ""
        while true {
            let bytes = try lines.read(upTo: 4096)
            if bytes.isEmpty { return false }
            text += String(decoding: bytes, as: UTF8.self)
            if text.contains("start of service") { return true }
        }
    }
}
