internal import ArgumentParser
internal import Glibc
internal import System

/// What the child runs: it loads the plugin and tells its parent on descriptor 3 what happens.
struct Probe: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run a plugin for its parent.", shouldDisplay: false)

    @Argument var file: String
    @Option var host = RecordingHost.Kind.complete

    /// The descriptor of the report.
    static let report: Int32 = 3

    func run() throws {
        guard fcntl(Self.report, F_GETFD) >= 0 else {
            throw Sentence("This command is for haraka-plugin itself; use inspect --run or check.")
        }
        let report = FileDescriptor(owning: Self.report, path: "report")
        PluginLife(file, host).lead(report)
        // Neither destructors of the plugin nor its threads have anything more to say.
        _exit(0)
    }
}

extension RecordingHost.Kind: ExpressibleByArgument {}
