/// One snapshot of the configuration, as `haraka.config/1` reads it; it never changes.
///
/// A path is `file [ ":" key ]`, as the header has it: "maildir.ini:main.create", "host_list:[0]", "relay.ini".
public protocol PluginConfiguration: Sendable {
    /// The scalar at a path.
    func value(_ path: String) -> PluginConfigValue
    /// What is at a path, as JSON; nil when nothing is.
    func json(_ path: String) -> String?
}
