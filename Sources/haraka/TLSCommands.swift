internal import ArgumentParser
internal import HostCore

struct TLS: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tls",
        abstract: "List certificates, or take one over.",
        subcommands: [TLSList.self, TLSAdd.self]
    )
}

struct TLSList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the certificates, whom they are shown to, and what is wrong with them."
    )
    @OptionGroup var options: DirectoryOption

    func run() throws {
        let listing = try Door.run { () throws(StartError) in
            try TLSListing(options.directory, installation: try Installation.locate())
        }
        Terminal.say(listing.text)
        if !listing.isGood { throw ExitCode(1) }
    }
}

struct TLSAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Check a certificate with its key and put both into config/tls; as certbot's deploy hook, too."
    )
    @Argument(help: "What the certificate is for; certbot's hook tells it by itself.")
    var domain: String?
    @Option(name: .customLong("cert"), help: "The certificate in PEM, its chain behind it.")
    var certificate: String?
    @Option(help: "The private key in PEM.")
    var key: String?
    @OptionGroup var options: DirectoryOption

    func run() throws {
        let said = try Door.run { () throws(StartError) in
            try TLSAddition(
                domain: domain,
                certificate: certificate,
                key: key,
                directory: options.directory,
                installation: try Installation.locate()
            ).run()
        }
        Terminal.say(said.joined(separator: "\n"))
    }
}
