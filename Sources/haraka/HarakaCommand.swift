internal import ArgumentParser
internal import HostCore

struct HarakaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "haraka",
        abstract: "An SMTP server whose every decision is a plugin.",
        usage: """
            haraka -i DIR [-f]          make a service directory
            haraka -c DIR               serve it
            haraka check -c DIR         tell what is wrong with it
            haraka status -c DIR        tell what the running server does with it
            haraka reload -c DIR        take changes now, and tell what became of them
            haraka tls list -c DIR      list certificates and what is wrong with them
            haraka tls add DOMAIN --cert FILE --key FILE -c DIR
                                        take a certificate over
            haraka queue list|show|cat|why|stats -c DIR
                                        look at the mail that waits
            haraka queue retry|flush|hold|release|redirect|bounce|delete|undelete|empty -c DIR
                                        change what becomes of it
            haraka log WHAT -c DIR      print the life of an id, an address or an IP address
            haraka passwd USER -c DIR   give a user of auth/flat_file a password
            haraka -o -c DIR            print the order in which plugins' hooks run
            haraka -l [-c DIR]          list plugins
            haraka -p NAME -c DIR       begin a plugin of your own
            haraka -h [NAME]            show a page: Config, tls, queue, plugins, hooks, logs, plugins/NAME
            haraka help COMMAND         tell what a command takes, as haraka COMMAND --help does
            haraka -v                   print the version
            """,
        version: "\(Product.name) \(Product.version)",
        subcommands: [
            Serve.self, Install.self, Check.self, Status.self, Reload.self, TLS.self, QueueCommand.self, Log.self,
            Order.self, List.self, Scaffold.self, Passwd.self, Help.self, HookReferenceCommand.self,
        ],
        defaultSubcommand: Help.self,
        helpNames: [.short, .long]
    )
}

/// The option that every command on a service directory has.
struct DirectoryOption: ParsableArguments {
    @Option(name: [.customShort("c"), .customLong("configs")], help: "The service directory.")
    var directory: String
}
