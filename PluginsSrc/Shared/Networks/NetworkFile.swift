package import PluginKit
package import Settings

/// Reads a plain file of networks, one a line.
package enum NetworkFile {
    /// The networks of that file; none when there is no such file.
    package static func networks(_ file: String, _ settings: Settings) throws(PluginError) -> [IPNetwork] {
        var networks: [IPNetwork] = []
        for line in settings.list(file) {
            guard let network = IPNetwork(line) else {
                let sentence =
                    "\"\(line)\" is no network; write ADDRESS or ADDRESS/PREFIX, e.g. 192.0.2.0/24 or 2001:db8::/32"
                throw settings.wrong(file, entry: line, sentence)
            }
            networks.append(network)
        }
        return networks
    }
}
