public import Hooks

/// One line of the order table that `haraka -o` prints.
public struct OrderRow: Sendable, Equatable {
    public var hook: Hook
    public var plugin: String
    /// The function's signature, as it was registered.
    public var function: String
    public var priority: Int
    /// nil: none.
    public var timeout: Duration?
    /// From 1, within its hook.
    public var order: Int
    /// Whether it runs on the session's event loop.
    public var isInline: Bool
    /// Whether its verdict is ignored.
    public var observes: Bool
}
