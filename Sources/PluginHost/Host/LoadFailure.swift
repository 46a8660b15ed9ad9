/// Why a plugin was not loaded, at which step, and what mends it; nothing of what was running has changed.
public struct LoadFailure: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Step: String, Sendable {
        /// The list of plugins itself.
        case list
        /// `dlopen` and its constructors.
        case open
        /// `haraka_plugin_v1` and what it gives.
        case entry
        /// The plugin's `create`, and the hooks it registers there.
        case create
        case start
        case reconfigure
    }

    public var plugin: String
    public var step: Step
    /// One sentence without its full stop.
    public var reason: String
    /// What the operator or the author is to do, one sentence without its full stop.
    public var fix: String
    /// Plugins that had taken the new configuration before this happened.
    ///
    /// With the old configuration back in force, load again with these names as changed.
    public var reconfigured: [String] = []

    public init(plugin: String, step: Step, reason: String, fix: String) {
        self.plugin = plugin
        self.step = step
        self.reason = reason
        self.fix = fix
    }

    public var description: String { "plugin \(plugin): \(step.rawValue): \(reason); \(fix)" }
}
