internal import System

/// Where the author's files are: headers, PluginKit, the Rust module and the templates.
struct SDK {
    let path: String

    /// The one that is named, else `$HARAKA_SDK`, else the installed one, else that of the source tree.
    static func find(_ named: String?) throws -> SDK {
        if let named { return try SDK(at: named, "--sdk") }
        if let value = Environment.value("HARAKA_SDK") { return try SDK(at: value, "HARAKA_SDK") }
        var folder = Files.split(try Files.canonical("/proc/self/exe")).folder
        let installed = Files.split(folder).folder + "/share/haraka/sdk"
        if isSDK(installed) { return SDK(path: installed) }
        while folder != "/" {
            if isSDK(folder + "/sdk") { return SDK(path: folder + "/sdk") }
            folder = Files.split(folder).folder
        }
        throw Sentence("There is no SDK at \(installed); say where it is with --sdk PATH or HARAKA_SDK.")
    }

    private init(path: String) { self.path = path }

    private init(at path: String, _ source: String) throws {
        guard Self.isSDK(path), let whole = try? Files.canonical(path) else {
            throw Sentence("\(path), given by \(source), is no SDK: it has no folder \"templates\".")
        }
        self.path = whole
    }

    private static func isSDK(_ path: String) -> Bool {
        (try? FileFacts.of(path + "/templates").kind) == .directory
    }
}
