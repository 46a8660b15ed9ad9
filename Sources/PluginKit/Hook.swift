/// One entry of a plugin's list of hooks: `.rcpt(rcpt, priority: -5)`.
///
/// The static members are the hooks by Haraka's names; calling one with a method makes the entry, see `HookPoint`.
public struct Hook<P: Plugin>: Sendable {
    let name: StaticString
    let flags: UInt32
    let priority: Int32
    let timeout: Duration?

    /// Binds the method to the instance, once.
    let bind: @Sendable (P, Host) -> any HookRunner
}
