@_exported public import PluginABI  // so that an author's one `import PluginKit` brings hk_plugin for the entry line

/// A plugin is a type that lists its hooks and answers them.
///
/// The server makes one instance for each generation and calls it from several threads at the same time, unless
/// `flags` contains `.serial`. The author's file ends with the one symbol that a server looks for:
/// ```swift
/// @c(haraka_plugin_v1) public func entry(_: UInt16) -> UnsafePointer<hk_plugin>? { Hello.descriptor }
/// ```
/// Nothing may rely on the main actor: a server never runs it. A trap (index out of range, overflow, `fatalError`) ends
/// the server's process, so throw instead.
public protocol Plugin: Sendable {
    /// The plugin's name in the world, reverse DNS: letters, digits, `.`, `_` and `-`, 1 to 127 bytes.
    static var id: String { get }

    /// The plugin's own version, free text.
    static var version: String { get }

    /// How the server may call it; `.reloadable` unless said otherwise.
    static var flags: PluginFlags { get }

    /// What it takes part in, e.g. `[.rcpt(rcpt), .dataPost(scan, priority: 10)]`.
    static var hooks: [Hook<Self>] { get }

    /// The hooks of this instance, for a plugin whose configuration decides; all of `hooks` unless said otherwise.
    ///
    /// Methods are named with their type here: `.rcpt(Self.rcpt)`.
    var activeHooks: [Hook<Self>] { get }

    /// Reads the configuration. A thrown error refuses the plugin, and its text is what the administrator reads.
    init(_ host: Host) throws

    /// Runs once when every plugin is made.
    func start() throws

    /// Takes a changed configuration into the running instance.
    ///
    /// Without one of its own a plugin answers `HK_E_UNSUPPORTED`, because what `init` has read stays as it is: the
    /// server needs a new generation.
    func reconfigure() throws

    /// No new calls will come; those under way still finish.
    func drain()
}

extension Plugin {
    public static var flags: PluginFlags { .reloadable }

    public var activeHooks: [Hook<Self>] { Self.hooks }

    public func start() throws {}

    public func reconfigure() throws {
        throw HostError(HK_E_UNSUPPORTED, "reconfigure: this plugin reads its configuration when it is made")
    }

    public func drain() {}

    /// What the entry function hands to the server: the same pointer at every call, good as long as the process.
    public static var descriptor: UnsafePointer<hk_plugin>? { unsafe PluginImage.descriptor(of: Self.self) }
}
