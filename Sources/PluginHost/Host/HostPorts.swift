/// What the server supplies to its plugin host.
///
/// The closures are called on any thread, also on an event loop: they return at once.
public struct HostPorts: Sendable {
    /// Writes one line: an `HK_LOG_` level, the plugin's name, the id of the session or transaction it belongs to
    /// ("UUID" or "UUID.N"), and a text without control characters.
    public var log: @Sendable (_ level: Int32, _ plugin: String, _ scope: String?, _ text: String) -> Void
    /// The configuration in force now.
    public var configuration: @Sendable () -> any PluginConfiguration
    /// The service's directory, absolute.
    public var directory: String
    /// Connects for plugins; without it `haraka.net/1` answers HK_E_UNSUPPORTED.
    public var net: (any NetService)?
    /// Asks DNS for plugins; without it `haraka.dns/1` answers HK_E_UNSUPPORTED.
    public var dns: (any DNSService)?
    /// The queue and the server's SMTP client, for plugins; without it `haraka.outbound/1` answers HK_E_UNSUPPORTED.
    public var outbound: (any OutboundService)?
    /// What the server calls itself: "haraka-swift".
    public var product: String
    /// Its version: "0.1.0".
    public var version: String

    public init(
        log: @escaping @Sendable (_ level: Int32, _ plugin: String, _ scope: String?, _ text: String) -> Void,
        configuration: @escaping @Sendable () -> any PluginConfiguration,
        directory: String,
        net: (any NetService)? = nil,
        dns: (any DNSService)? = nil,
        outbound: (any OutboundService)? = nil,
        product: String,
        version: String
    ) {
        self.log = log
        self.configuration = configuration
        self.directory = directory
        self.net = net
        self.dns = dns
        self.outbound = outbound
        self.product = product
        self.version = version
    }
}
