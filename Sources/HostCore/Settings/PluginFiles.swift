internal import Config
internal import PluginHost

extension Configuration {
    /// Files of the server itself; no plugin is told when they change.
    private static let own: Set<String> = [
        "smtp.ini", "connection.ini", "log.ini", "plugins", "plugins.ini", "plugins.lock", "me", "plugin_timeout",
    ]

    /// The plugins that have read one of the changed files, and so must be told.
    func plugins(reading files: [String], host: PluginHost) -> Set<String> {
        let changed = Set(files)
        guard !changed.subtracting(Self.own).isEmpty else { return [] }
        return Set(
            plugins.map(\.name).filter { name in host.filesRead(by: name).contains { Self.isRead($0, changed) } }
        )
    }

    /// A plugin may name `maildir.ini` as `maildir`.
    private static func isRead(_ file: String, _ changed: Set<String>) -> Bool {
        ["", ".ini", ".yaml", ".yml", ".json"].contains { changed.contains(file + $0) }
    }
}
