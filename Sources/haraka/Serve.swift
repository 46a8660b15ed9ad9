internal import ArgumentParser
internal import HostCore

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve a directory (-c DIR).")

    @Argument(help: "The service directory.")
    var directory: String

    func run() throws {
        do {
            let installation = try Installation.locate()
            if try Daemon.leave(directory: directory, installation: installation) { return }
            let server = try Server.start(directory: directory, installation: installation)
            server.waitUntilStopped()
        } catch {
            throw Door.failure(error.description)
        }
    }
}
