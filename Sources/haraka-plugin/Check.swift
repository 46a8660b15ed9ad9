internal import ArgumentParser

/// Holds a plugin to the contract.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a plugin against the contract, running it in child processes.",
        discussion: "Exits with 1 when anything fails; warnings do not count."
    )

    @Argument(help: "The shared library.")
    var file: String

    func run() throws {
        let report = try Contract(StaticCheck(file)).report
        print(report.text)
        print(report.summary)
        guard report.passes else { throw ExitCode.failure }
    }
}
