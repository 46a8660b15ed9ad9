internal import ArgumentParser
internal import HostCore

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve a directory (-c DIR).")

    @Argument(help: "The service directory.")
    var directory: String

    func run() async throws {
        do {
            let installation = try Installation.locate()
            if try Daemon.leave(directory: directory, installation: installation) { return }
            let server = try Server.start(directory: directory, installation: installation)
            await server.untilStopped()
        } catch let error as StartError {
            throw Door.failure(error.description)
        }
    }
}
