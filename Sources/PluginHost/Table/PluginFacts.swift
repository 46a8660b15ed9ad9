public import Hooks

/// What is to be told about a plugin that is loaded.
public struct PluginFacts: Sendable, Equatable {
    public var name: String
    /// Reverse DNS, the author's.
    public var id: String
    public var version: String
    public var source: String
    public var path: String
    public var sha256: String
    /// Counts up with each instance of any plugin.
    public var instance: UInt64
    public var isSerial: Bool
    public var isReloadable: Bool
    public var timeout: Duration?
    public var onFailure: FailurePolicy
    public var capabilities: Set<String>
    /// How many functions it registered.
    public var hooks: Int
    /// Whether its policy answers for it now.
    public var isBreakerOpen: Bool
    /// Whether its lane was abandoned; its policy answers for it until restart.
    public var isLaneStuck: Bool
    /// The files of `config/` that it has asked for, as it named them.
    public var configurationFiles: Set<String>
}
