internal import Config
internal import PluginHost
internal import System

/// The configuration in force, as plugins read it from any thread.
final class CurrentConfiguration: Sendable {
    private let configuration: Locked<Configuration>

    init(_ configuration: Configuration) { self.configuration = Locked(configuration) }

    var value: Configuration { configuration.withLock { $0 } }

    func set(_ next: Configuration) { configuration.withLock { $0 = next } }
}

/// One snapshot behind PluginHost's door.
struct PluginSnapshot: PluginConfiguration {
    let snapshot: ConfigSnapshot

    func value(_ path: String) -> PluginConfigValue {
        switch snapshot.lookup(path) {
        case nil, .null: .absent
        case .boolean(let value): .boolean(value)
        case .integer(let value): .integer(Int64(value))
        case .number(let value): .real(value)
        case .text(let text): .text(text)
        case .list, .section: .composite
        }
    }

    func json(_ path: String) -> String? { snapshot.json(path) }
}
