package import PluginKit

/// All that a plugin reads from its configuration: read when it is made, and as a whole again when a file has changed.
package protocol PluginSettings: AnyObject, Sendable {
    /// Throws the sentence for the administrator that refuses the plugin, or the change.
    init(_ settings: Settings) throws(PluginError)

    /// What can be said but is hardly meant, a sentence each for the log.
    var warnings: [String] { get }
}

extension PluginSettings {
    package var warnings: [String] { [] }
}

extension Current where Value: PluginSettings {
    /// Reads the configuration for `init`.
    package convenience init(reading host: Host) throws(PluginError) {
        self.init(try Self.read(host))
    }

    /// Reads it again for `reconfigure`; what can't be meant leaves the old one in force.
    package func reread(_ host: Host) throws(PluginError) { set(try Self.read(host)) }

    private static func read(_ host: Host) throws(PluginError) -> Value {
        let value = try Value(Settings(host))
        for sentence in value.warnings { host.warn(sentence) }
        return value
    }
}
