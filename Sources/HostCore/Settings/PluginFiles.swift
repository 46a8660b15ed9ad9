internal import Config
internal import PluginHost

extension Configuration {
    /// Files of the server itself; no plugin is told when they change.
    private static let own: Set<String> = [
        "smtp.ini", "connection.ini", "tls.ini", "log.ini", "plugins", "plugins.ini", "plugins.lock", "me",
        "plugin_timeout",
    ]

    /// The plugins that run with other files than these, of those that they have read.
    ///
    /// Each is held against what it runs with, and not against the last reload: what needs a restart or was refused
    /// stays a difference until it is mended.
    func stalePlugins(_ host: PluginHost) -> Set<String> {
        Set(plugins.map(\.name).filter { isStale($0, host) })
    }

    private func isStale(_ name: String, _ host: PluginHost) -> Bool {
        guard let running = host.configuration(of: name) as? PluginSnapshot else { return false }
        let changed = Set(snapshot.changedFiles(since: running.snapshot)).subtracting(Self.own)
        return !changed.isEmpty && host.filesRead(by: name).contains { Self.isRead($0, changed) }
    }

    /// A plugin may name `maildir.ini` as `maildir`.
    private static func isRead(_ file: String, _ changed: Set<String>) -> Bool {
        ["", ".ini", ".yaml", ".yml", ".json"].contains { changed.contains(file + $0) }
    }
}
