internal import ArgumentParser
internal import PluginHost
internal import System

/// Shows what a plugin's file says of itself, and with `--run` what it does when it is created.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look into a plugin's file without running its code.",
        discussion: "With --run its code does run, in a child process, with a host that records what it registers."
    )

    @Argument(help: "The shared library.")
    var file: String

    @Flag(name: .customLong("run"), help: "Create the plugin in a child process and show what it registers.")
    var runs = false

    @Flag(help: "Print one JSON object instead of lines.")
    var json = false

    func run() throws {
        let check = try StaticCheck(file)
        let refusal = check.image.refusal(of: check.path)
        if runs, let refusal { throw Sentence("It is not run: \(refusal.reason). \(refusal.fix).") }
        let inspection = try Inspection(check, runs ? ProbeRun(check.path, host: .complete) : nil)
        print(json ? inspection.json : inspection.text)
        if inspection.accident != nil { throw ExitCode.failure }
    }
}
