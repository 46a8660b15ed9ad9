internal import ArgumentParser
internal import HostCore

struct Passwd: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Give a user a password in config/auth_flat_file.ini (passwd USER -c DIR)."
    )

    @Argument(help: "The user, as clients will send it: ada@example.org.")
    var user: String
    @OptionGroup var options: DirectoryOption
    @Option(
        help: "What is kept: scram (a verifier), crypt (PLAIN and LOGIN only) or clear (for CRAM-MD5).",
        transform: Self.kind
    )
    var kind = PasswordFile.Kind.scram
    @Flag(name: .customLong("stdin"), help: "Read the password, one line, from standard input.")
    var readsInput = false

    func run() throws {
        let done = try Door.run { () throws(StartError) in
            let file = try PasswordFile(directory: options.directory)
            let password = readsInput ? try PasswordPrompt.read() : try PasswordPrompt.ask(for: user)
            return try file.set(user, password: password, kind: kind)
        }
        Terminal.say(done)
    }

    @Sendable private static func kind(_ word: String) throws -> PasswordFile.Kind {
        guard let kind = PasswordFile.Kind(rawValue: word) else {
            throw ValidationError("--kind is scram, crypt or clear.")
        }
        return kind
    }
}
