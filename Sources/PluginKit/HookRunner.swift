/// A hook bound to its plugin: what the `ud` of a registered hook points at.
protocol HookRunner: AnyObject, Sendable {
    /// Runs the hook; the answer is the verdict for the host.
    func run(_ args: UnsafePointer<hk_args>) -> hk_verdict

    /// The host has given up on that call.
    func cancel(_ call: hk_call)
}
