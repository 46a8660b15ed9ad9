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
    private let folder: Current<TestFolder<LinuxDisk>>

    package init(_ host: Host) throws {
        self.host = host
        folder = Current(try Self.folder(host))
    }

    package func reconfigure() throws { folder.set(try Self.folder(host)) }

    private static func folder(_ host: Host) throws(PluginError) -> TestFolder<LinuxDisk> {
        let settings = Settings(host)
        let path = settings.text("test.ini", "path", default: "state/test")
        let absolute = path.hasPrefix("/") ? path : "\(try settings.directory())/\(path)"
        return TestFolder(disk: LinuxDisk(), path: absolute)
    }

    @Sendable private func write(_ message: borrowing Message) -> Verdict {
        let folder = folder.get()
        let name = "\(names.next()).eml"
        do {
            try folder.write(name) { try message.forEachSegment($0) }
            message.log(.notice, "written to \(folder.path)/\(name)")
            return .ok
        } catch {
            message.log(.error, "not written: \(error)")
            return .denySoft("The message cannot be written now, try later", code: 451, enhanced: "4.3.0")
        }
    }
}
