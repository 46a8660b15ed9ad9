/// How the server may treat a plugin.
public struct PluginFlags: OptionSet, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Never two calls at the same time; excludes inline hooks.
    public static let serial = Self(rawValue: UInt32(HK_PF_SERIAL))

    /// Two generations may live side by side, so that a new `.so` replaces this one without a restart.
    public static let reloadable = Self(rawValue: UInt32(HK_PF_RELOADABLE))

    /// The code may be used in a forked child.
    public static let forkSafe = Self(rawValue: UInt32(HK_PF_FORK_SAFE))
}
