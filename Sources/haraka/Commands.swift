internal import ArgumentParser
internal import HostCore

struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a service directory (-i DIR).")

    @Argument(help: "The directory to make.")
    var directory: String
    @Flag(name: [.customShort("f"), .customLong("force")], help: "Overwrite files that are there.")
    var force = false

    func run() throws {
        let installation = try Door.run { () throws(StartError) in try Installation.locate() }
        let made: [String]
        do {
            made = try ServiceDirectory(path: directory, installation: installation, overwrites: force).create()
        } catch { throw Door.failure("\(directory) can't be made: \(error)") }
        Terminal.say(made.map { "created \(directory)/\($0)" }.joined(separator: "\n"))
        Terminal.say("Serve it with: haraka -c \(directory)")
    }
}

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Tell what is wrong with a directory and its plugins.")

    @OptionGroup var options: DirectoryOption
    @Flag(help: "Count unknown keys as errors.")
    var strict = false

    func run() throws {
        let report = try Door.run { () throws(StartError) in
            try DirectoryCheck(options.directory, installation: try Installation.locate(), strict: strict)
        }
        Terminal.say(report.text)
        if !report.isGood { throw ExitCode(1) }
    }
}

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Tell what the running server does with a directory.")
    @OptionGroup var options: DirectoryOption
    func run() throws { try Door.ask("status", options.directory) }
}

struct Reload: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Take changes now, and tell what became of them.")
    @OptionGroup var options: DirectoryOption
    func run() throws { try Door.ask("reload", options.directory) }
}

struct Log: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the life of an id, an address or an IP address from the log file, or else the journal."
    )
    @Argument(help: "An id of a connection or transaction, a mail address, or an IP address.")
    var what: String
    @OptionGroup var options: DirectoryOption

    func run() throws {
        let found = try Door.run { () throws(StartError) in
            try LogCommand.run(what, directory: options.directory, installation: try Installation.locate()) {
                Terminal.say($0)
            }
        }
        if !found { throw Door.failure("Nothing in the log is about '\(what)'.") }
    }
}

struct Order: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the order in which plugins' hooks run (-o -c DIR)."
    )
    @OptionGroup var options: DirectoryOption

    func run() throws {
        Terminal.say(
            try Door.run { () throws(StartError) in
                try OrderTable.text(options.directory, installation: try Installation.locate())
            }
        )
    }
}

struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List plugins (-l).")
    @Option(name: [.customShort("c"), .customLong("configs")], help: "A service directory, whose own are listed too.")
    var directory: String?

    func run() throws {
        let installation = try Door.run { () throws(StartError) in try Installation.locate() }
        Terminal.say(PluginListing.text(directory: directory, installation: installation))
    }
}

struct Scaffold: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Begin a plugin of your own (-p NAME -c DIR).")
    @Argument(help: "Its name, such as rcpt_to.mine.")
    var name: String
    @OptionGroup var options: DirectoryOption
    @Option(help: "swift, c or rust")
    var language = "swift"

    func run() throws {
        let status = Door.become("haraka-plugin", ["new", name, "--language", language])
        if status != 0 { throw ExitCode(status) }
        Terminal.say("When it is built: haraka-plugin install FILE -c \(options.directory) --enable")
    }
}

struct Help: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show a page (-h NAME), or what a command takes.",
        discussion: "What is both a page and a command, such as queue and tls, is shown as the page."
    )
    @Argument(help: "Config, logs, plugins/NAME …, or a command such as check or queue list.")
    var words: [String] = []
    @Option(name: [.customShort("c"), .customLong("configs")], help: "A service directory, whose pages come first.")
    var directory: String?

    func run() throws {
        let installation = try? Installation.locate()
        // Words of a command that has none below it, and what isn't a page.
        if let command = HarakaCommand.command(words), words.count > 1 || !isPage(installation) {
            return Terminal.say(HarakaCommand.helpMessage(for: command))
        }
        guard let name = words.first, let installation else {
            Terminal.say(HarakaCommand.helpMessage())
            if let installation { Terminal.say("Pages: \(Page.names(installation).joined(separator: ", "))") }
            return
        }
        guard words.count == 1 else { throw Door.failure("There is no command '\(words.joined(separator: " "))'.") }
        Terminal.page(
            try Door.run { () throws(StartError) in
                try Page.text(name, directory: directory, installation: installation)
            }
        )
    }

    private func isPage(_ installation: Installation?) -> Bool {
        guard let installation, let name = words.first else { return false }
        return (try? Page.text(name, directory: directory, installation: installation)) != nil
    }
}

/// For docs/hooks.md: the page is what the server would print.
struct HookReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hook-reference",
        abstract: "Print the page about hooks.",
        shouldDisplay: false
    )

    func run() { Terminal.say(HookReference.text) }
}
