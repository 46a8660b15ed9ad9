internal import Hooks

/// A chain that waits for a plugin's answer.
struct PendingRun: ~Copyable {
    var chain: Chain
    /// Of the call that it waits for.
    let token: UInt64
    let post: HookTable.Post
}
