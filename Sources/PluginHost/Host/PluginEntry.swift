public import Hooks

/// One line of `config/plugins` with what `config/plugins.ini` says about it.
public struct PluginEntry: Sendable {
    /// As `config/plugins` has it: "queue/maildir".
    public var name: String
    public var image: StagedImage
    /// How long a call may take; nil: for ever.
    public var timeout: Duration?
    /// What a call counts as that brought no verdict.
    public var onFailure: FailurePolicy
    /// What is granted beyond the default: "relaying", "auth.secret", ...
    public var capabilities: Set<String>
    /// After so many failures in a row the plugin is not asked for a while.
    public var breakerAfter: Int

    public init(
        name: String,
        image: StagedImage,
        timeout: Duration? = .seconds(30),
        onFailure: FailurePolicy = .tempfail,
        capabilities: Set<String> = [],
        breakerAfter: Int = 10
    ) {
        self.name = name
        self.image = image
        self.timeout = timeout
        self.onFailure = onFailure
        self.capabilities = capabilities
        self.breakerAfter = breakerAfter
    }
}
