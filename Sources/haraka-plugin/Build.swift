internal import ArgumentParser
internal import System

/// Builds the plugin in a folder and looks into what came out.
struct Build: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Build the plugin in a folder with swift, make or cargo, and look into the result.",
        discussion: "The result is checked without running its code; \"haraka-plugin check\" does more."
    )

    @Option(help: "The plugin's folder; by default the current one.")
    var directory = "."

    func run() throws {
        let folder = try Self.canonical(directory)
        let file = try Toolchain.of(folder).build(folder)
        let report = Report(try StaticCheck(file).findings)
        Terminal.say(report.text)
        guard report.passes else { throw ExitCode.failure }
        let name = try PluginName(ofProduct: file, in: folder).name
        print(file)
        print("Copy it into a service with: haraka-plugin install \(file) -c DIR --name \(name)")
    }

    private static func canonical(_ folder: String) throws -> String {
        do { return try Files.canonical(folder) } catch { throw Sentence("\(error).") }
    }
}
