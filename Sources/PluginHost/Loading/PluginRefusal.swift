/// Why a plugin is not loaded, and the line that changes it.
public struct PluginRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    /// A step of loading; each names itself.
    public struct Step: Hashable, Sendable, CustomStringConvertible {
        public let description: String

        public init(_ description: String) { self.description = description }

        public static let find = Step("finding it")
        public static let open = Step("opening its file")
        public static let lock = Step("comparing it with plugins.lock")
        public static let image = Step("reading its ELF image")
        public static let stage = Step("staging it")
    }

    public let step: Step
    /// As `config/plugins` names it.
    public let plugin: String
    /// What is wrong, without a full stop.
    public let reason: String
    /// What to do, without a full stop.
    public let fix: String

    public init(_ step: Step, plugin: String, reason: String, fix: String) {
        self.step = step
        self.plugin = plugin
        self.reason = reason
        self.fix = fix
    }

    /// Two sentences: what is wrong, and what to do.
    public var description: String { "plugin \(plugin) was refused at \(step): \(reason). \(fix)." }
}
