/// What a load changed, by the plugins' names.
public struct LoadReport: Sendable, Equatable {
    /// A plugin that stays as it is although its file or its configuration changed.
    public struct Refusal: Sendable, Equatable {
        public var plugin: String
        /// It begins with "needs a restart: ".
        public var sentence: String
    }

    /// New in the list.
    public var loaded: [String] = []
    /// A new generation beside the old one, which serves the sessions that it began with.
    public var replaced: [String] = []
    /// The same generation with the new configuration.
    public var reconfigured: [String] = []
    /// Nothing changed.
    public var kept: [String] = []
    /// No longer in the list.
    public var removed: [String] = []
    public var needsRestart: [Refusal] = []
    /// Only with `ignoreBad`.
    public var skipped: [LoadFailure] = []
    /// Of the table that is in force now.
    public var generation: UInt64 = 0

    public init() {}
}
