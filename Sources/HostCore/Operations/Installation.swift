internal import System

/// Where the parts of this installation lie: shipped configuration, bundled plugins, pages.
///
/// `$HARAKA_HOME` names it; else it is `share/haraka` beside the binary's folder, else the checkout that the binary was
/// built in.
public struct Installation: Sendable, Equatable {
    /// Folders with shipped configuration: the server's, then one for each bundled plugin.
    public let shippedConfig: [String]
    /// The folder with the bundled plugins' `.so` files.
    public let plugins: String
    /// The folder whose subfolders hold each bundled plugin's `README.md`.
    public let pluginPages: String
    /// The folder with the server's own pages.
    public let pages: String
    /// The Swift runtime that the bundled plugins share, if it is part of the installation.
    public let swiftRuntime: String?

    public static func locate() throws(StartError) -> Installation {
        let binary = (try? Files.canonical("/proc/self/exe")) ?? "."
        return try locate(home: Environment.value("HARAKA_HOME"), binary: binary)
    }

    /// Finds it by what `$HARAKA_HOME` says, or by where the binary lies.
    static func locate(home: String?, binary: String) throws(StartError) -> Installation {
        if let home {
            guard let found = installed(home) ?? checkout(home) else {
                throw StartError("HARAKA_HOME is \(home), but there is no config/smtp.ini below it.")
            }
            return found
        }
        let folder = Files.split(binary).folder
        if let found = installed(Files.split(folder).folder + "/share/haraka") { return found }
        var above = folder
        while above != "/" && above != "." {
            if let found = checkout(above) { return found }
            above = Files.split(above).folder
        }
        throw StartError("The shipped configuration can't be found beside \(binary): set HARAKA_HOME to where it lies.")
    }

    private static func installed(_ home: String) -> Installation? {
        guard isThere(home + "/config/smtp.ini"), isThere(home + "/plugins") else { return nil }
        let library = Files.split(Files.split(home).folder).folder + "/lib/haraka"
        return Installation(home, plugins: library + "/plugins", pages: home + "/plugins", runtime: library + "/swift")
    }

    private static func checkout(_ root: String) -> Installation? {
        guard isThere(root + "/config/smtp.ini"), isThere(root + "/PluginsSrc") else { return nil }
        let built = Environment.value("HARAKA_PLUGINS") ?? root + "/.build/plugins"
        return Installation(root, plugins: built, pages: root + "/PluginsSrc", runtime: built + "/swift")
    }

    private init(_ root: String, plugins: String, pages folder: String, runtime: String) {
        let folders = Folder.names(folder).map { "\(folder)/\($0)/config" }.filter(Self.isThere)
        shippedConfig = [root + "/config"] + folders
        self.plugins = plugins
        pluginPages = folder
        pages = root + "/docs"
        swiftRuntime = Self.isThere(runtime) ? runtime : nil
    }

    private static func isThere(_ path: String) -> Bool { (try? FileFacts.of(path)) != nil }
}
