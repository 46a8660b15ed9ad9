internal import ArgumentParser
internal import System

/// Begins a plugin: a package of its own, filled from the SDK's template.
struct New: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Begin a plugin: a package of its own with a test.")

    @Argument(help: "Its name as config/plugins will have it: rcpt_to.disposable, queue/mine.")
    var name: String

    @Option(help: "What to write it in: \(Language.allCases.map(\.rawValue).joined(separator: ", ")).")
    var language: Language = .swift

    @Option(help: "The folder to make; by default the name, with . for /, in the current one.")
    var directory: String?

    @Option(help: "Where the SDK is; by default beside this program.")
    var sdk: String?

    func run() throws {
        let plugin = try PluginName(name)
        let sdk = try SDK.find(sdk)
        let target = directory ?? plugin.file
        guard try Self.isFree(target) else { throw Sentence("\(target) is there already; nothing was written.") }
        let template = try Template(language, of: sdk, words: plugin.words(sdk: sdk.path))
        let files = try template.write(to: target)
        print("\(target) is a new plugin in \(language.rawValue): \(files.joined(separator: ", "))")
        print("Next:")
        print("    haraka-plugin build --directory \(target)")
        print("    haraka-plugin install FILE -c DIR --name \(plugin.name) --enable")
        print("FILE is what the first one prints, DIR the service directory.")
    }

    private static func isFree(_ folder: String) throws -> Bool {
        do throws(SystemError) {
            return try FileDescriptor.open(folder, [.directory]).entries().isEmpty
        } catch  where error.isMissing {
            return (try? FileFacts.of(folder, followingLinks: false)) == nil
        }
    }
}
