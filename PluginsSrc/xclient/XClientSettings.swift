import Networks
import PluginKit
import Settings

/// `xclient.hosts`, as one call sees it.
final class XClientSettings: PluginSettings {
    private let trusted: [IPNetwork]

    init(_ settings: Settings) throws(PluginError) {
        // As in Haraka this machine is trusted without being named.
        trusted =
            try NetworkFile.networks("xclient.hosts", settings) + ["127.0.0.1", "::1"].compactMap { IPNetwork($0) }
    }

    /// Whether a client may speak for others; one without an address may not.
    func trusts(_ ip: String?) -> Bool {
        guard let address = ip.flatMap({ IPAddress($0) }) else { return false }
        return trusted.contains { $0.contains(address) }
    }
}
