internal import ArgumentParser
internal import System

/// Puts a plugin into a service directory, checked and as a whole.
struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a plugin and put it into a service directory.",
        discussion: "The file appears there at once or not at all, so a running server never sees half of it."
    )

    @Argument(help: "The shared library.")
    var file: String

    @Option(name: [.customShort("c"), .customLong("config")], help: "The service directory.")
    var service: String

    @Option(help: "What config/plugins will call it; by default the file's name without lib and .so.")
    var name: String?

    @Flag(help: "Append its line to config/plugins.")
    var enable = false

    @Flag(help: "Do not run its code to check it.")
    var noRun = false

    func run() throws {
        let plugin = try name.map { try PluginName($0) } ?? PluginName(ofFile: file)
        if name == nil, plugin.name == "plugin" {
            throw Sentence("Every plugin that cargo builds is called \(file); say with --name what to call this one.")
        }
        let directory = try ServiceDirectory(service)
        let check = try StaticCheck(file)
        let report = try Contract(check, running: !noRun).report
        guard report.passes else {
            Terminal.say(report.text)
            throw Sentence("\(file) does not keep the contract; nothing was installed.")
        }
        let target = try directory.put(check.bytes, as: plugin)
        print("\(target) is installed.")
        if let refusal = directory.refusal(of: target, plugin) { Terminal.say("But \(refusal)") }
        if enable {
            let isNew = try directory.enable(plugin)
            print("\(directory.list) \(isNew ? "now names" : "already named") it: \(plugin.name)")
        } else if try !directory.names(plugin) {
            print("Add this line to \(directory.list) to use it:")
            print(plugin.name)
        }
    }
}
