import Foundation
import Glibc
import Support
import System

@testable import Wire

/// HAProxy in front of a port, checking its health.
final class HAProxy {
    static let path = "/usr/sbin/haproxy"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

    let port: UInt16
    private var process: ChildProcess?
    private let file: String

    init(to target: UInt16) throws {
        // The kernel chooses the port; nobody else takes it in the moment until HAProxy does.
        let chooser = try ListeningSocket(Listener(ListenAddress("127.0.0.1:0")), dualStack: false)
        guard case .tcp(_, let port) = chooser.actual else { throw Client.Failure(errno: EINVAL) }
        close(chooser.release())
        self.port = port
        file = Certificates.folder + "/haproxy-\(port).cfg"
        let text = """
            defaults
                mode tcp
                timeout connect 10s
                timeout client 30s
                timeout server 30s
            listen mail
                bind 127.0.0.1:\(port)
                server one 127.0.0.1:\(target) send-proxy-v2 check check-send-proxy inter 50

            """
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        process = try ChildProcess([Self.path, "-db", "-q", "-f", file])
    }

    /// Connects as soon as it listens.
    func connect() throws -> Client {
        for _ in 0..<2000 {
            if let client = try? Client(port: port) { return client }
            usleep(5000)
        }
        throw Client.Failure(errno: ETIMEDOUT)
    }

    func stop() {
        if let process = process.take() {
            process.terminate()
            _ = process.wait()
        }
        try? FileManager.default.removeItem(atPath: file)
    }
}
