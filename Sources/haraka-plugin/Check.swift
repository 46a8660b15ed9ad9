internal import ArgumentParser

/// Holds a plugin to the contract.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a plugin against the contract, running it in child processes.",
        discussion: "Exits with 1 when anything fails; warnings do not count."
    )

    @Argument(help: "The shared library.")
    var file: String

    @Option(help: "How many seconds the plugin has in each run.")
    var deadline = 10

    func validate() throws {
        guard (1...3_600).contains(deadline) else { throw ValidationError("A deadline has 1 to 3600 seconds.") }
    }

    func run() throws {
        let report = try Contract(StaticCheck(file), deadline: .seconds(deadline)).report
        print(report.text)
        print(report.summary)
        guard report.passes else { throw ExitCode.failure }
    }
}
