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
        return Set(plugins.map(\.name).filter { !host.filesRead(by: $0).isDisjoint(with: changed) })
    }
}
