import Disk
package import PluginKit
import Settings

/// Writes each message to a file of its own and names it in the log: to see what plugins made of a message.
package struct QueueTest: Plugin {
    package static let id = "org.haraka.queue.test"
    package static let version = "1.0"

    package static var hooks: [Hook<Self>] { [.queue(write)] }

    private let host: Host
    private let names = UniqueName()
    private let path: Current<String>

    package init(_ host: Host) throws {
        self.host = host
        path = Current(try Self.path(host))
    }

    package func reconfigure() throws { path.set(try Self.path(host)) }

    private static func path(_ host: Host) throws(PluginError) -> String {
        let settings = Settings(host)
        let path = settings.text("test.ini", "path", default: "state/test")
        return path.hasPrefix("/") ? path : "\(try settings.directory())/\(path)"
    }

    @Sendable private func write(_ message: borrowing Message) -> Verdict {
        let box = TestFolder(disk: LinuxDisk(), path: path.get())
        let name = "\(names.next()).eml"
        do {
            try box.write(name) { try message.forEachSegment($0) }
            message.log(.notice, "written to \(box.path)/\(name)")
            return .ok
        } catch {
            message.log(.error, "not written: \(error)")
            return .denySoft("The message cannot be written now, try later", code: 451, enhanced: "4.3.0")
        }
    }
}
