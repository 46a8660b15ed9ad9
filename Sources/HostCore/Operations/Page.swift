internal import System

/// Finds the page that `haraka -h NAME` shows.
public enum Page {
    /// The page's text: the service directory's own pages first, then the installation's, then a plugin's README.
    public static func text(_ name: String, directory: String?, installation: Installation) throws(StartError) -> String
    {
        guard !name.isEmpty, !name.split(separator: "/").contains("..") else {
            throw StartError("'\(name)' is no name of a page.")
        }
        let plugin = name.hasPrefix("plugins/") ? String(name.dropFirst(8)) : name
        let folder = plugin.replacing("/", with: ".")
        var places: [String] = []
        if let directory { places += ["\(directory)/docs/\(name).md", "\(directory)/docs/plugins/\(plugin).md"] }
        places += ["\(installation.pages)/\(name).md", "\(installation.pages)/plugins/\(plugin).md"]
        places += ["\(installation.pluginPages)/\(folder)/README.md"]
        for place in places {
            if let bytes = try? Files.read(place) { return String(decoding: bytes, as: UTF8.self) }
        }
        throw StartError("There is no page '\(name)'. There are: \(names(installation).joined(separator: ", ")).")
    }

    /// The names of the installation's pages.
    public static func names(_ installation: Installation) -> [String] {
        let own = Folder.names(installation.pages).filter { $0.hasSuffix(".md") }.map { String($0.dropLast(3)) }
        let plugins = Folder.names(installation.pluginPages)
            .filter { Folder.exists("\(installation.pluginPages)/\($0)/README.md") }
        return own + plugins.map { "plugins/\($0)" }
    }
}
