/// The server, as a plugin sees it outside a call: log, configuration, the plugin's own lane.
///
/// Keep it: `init(_ host: Host) { self.host = host }`. All of it may be used from any thread.
public final class Host: Sendable {
    let tables: HostTables

    init(_ host: UnsafePointer<hk_host>) { unsafe tables = HostTables(host) }

    /// The server's name, "haraka-swift".
    public var product: String { unsafe String(tables.host.pointee.product) }

    /// The server's version.
    public var version: String { unsafe String(tables.host.pointee.version) }

    /// The plugin's name in `config/plugins`, "queue/maildir".
    public var pluginName: String { unsafe String(tables.host.pointee.plugin_name) }

    /// The service directory's configuration.
    public var config: Configuration { Configuration(host: self) }

    /// Work that runs soon, later or again on the plugin's own lane.
    public var exec: Lane { Lane(host: self) }

    /// The notes of a session or transaction whose token was kept from a call.
    public func notes(of scope: UInt64) -> Notes { Notes(host: self, scope: scope) }

    /// The C host itself, for what PluginKit does not wrap; good until the process ends.
    public var raw: UnsafePointer<hk_host> { unsafe tables.host }

    /// A table of C functions by its id, for what PluginKit does not wrap; nil when unknown or not granted.
    public func tableOfFunctions(_ id: String) -> UnsafeRawPointer? {
        unsafe tables.host.pointee.get_extension?(tables.context, id)
    }
}
