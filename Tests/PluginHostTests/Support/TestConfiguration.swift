import PluginHost

/// A configuration in a dictionary, by path.
struct TestConfiguration: PluginConfiguration {
    var values: [String: PluginConfigValue] = [:]
    var documents: [String: String] = [:]

    func value(_ path: String) -> PluginConfigValue { values[path] ?? .absent }
    func json(_ path: String) -> String? { documents[path] }
}
