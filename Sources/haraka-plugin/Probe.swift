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
        if Privileges.isRoot { try leadAsNobody(report) } else { PluginLife(file, host).lead(report) }
        // Neither destructors of the plugin nor its threads have anything more to say.
        _exit(0)
    }

    /// A stranger's code never runs as root: the file is copied into memory, for the account may not reach it.
    private func leadAsNobody(_ report: consuming FileDescriptor) throws {
        let bytes = try Files.read(file, limit: 1 << 30)
        let copy = try FileDescriptor.inMemory(named: "plugin")
        try copy.writeAll(bytes)
        try copy.changeMode(0o555)
        guard let user = try ["haraka", "nobody"].first(where: { try Account.named($0) != nil }) else {
            throw Sentence("There is no user haraka or nobody, and no plugin is run as root.")
        }
        try Privileges.drop(user: user)
        PluginLife("/proc/self/fd/\(copy.number)", host).lead(report)
    }
}

extension RecordingHost.Kind: ExpressibleByArgument {}
