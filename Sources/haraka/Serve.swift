internal import ArgumentParser
internal import HostCore

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve a directory (-c DIR).")

    @Argument(help: "The service directory.")
    var directory: String

    func run() throws {
        do {
            let installation = try Installation.locate()
            guard let server = try Daemon.start(directory: directory, installation: installation) else { return }
            server.waitUntilStopped()
        } catch {
            throw Door.failure(error.description)
        }
    }
}
