import Config
import PluginHost

@testable import HostCore

/// A service directory on disk for one test.
final class Service {
    static let image = StagedImage(name: "hello", source: "/hello.so", path: "/hello.so", sha256: "0")
    let folders: Folders
    let installation: Installation

    /// A directory with these files in `config/`.
    init(_ config: [String: String] = [:]) throws {
        folders = try Folders()
        installation = try Installation.locate()
        for (name, text) in config { try folders.write("config/\(name)", text) }
    }

    var path: String { folders.path }

    func configuration() throws -> Configuration { try Configuration.read(path, installation) }

    /// What is wrong with it.
    func problems(strict: Bool = false) throws -> [Problem] {
        try Configuration.examine(path, installation, strict: strict).1
    }

    func errors() throws -> [String] { try problems().filter { $0.severity == .error }.map(\.description) }
}
