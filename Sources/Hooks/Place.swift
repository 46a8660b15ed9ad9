/// One registration in a hook's line: which plugin is asked, and how its failures count.
public struct Place: Sendable, Equatable {
    /// The plugin's number in its table; what `skip_plugins` is resolved to.
    public let plugin: Int
    /// Its verdict is ignored and a failure continues.
    public let observes: Bool
    public let onFailure: FailurePolicy

    public init(plugin: Int, observes: Bool = false, onFailure: FailurePolicy = .tempfail) {
        self.plugin = plugin
        self.observes = observes
        self.onFailure = onFailure
    }
}
