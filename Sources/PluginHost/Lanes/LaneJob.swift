/// One thing for a plugin's lane to do.
enum LaneJob: Sendable {
    /// Ask a hook, unless the call has ended by then.
    case call(Call, token: UInt64)
    /// Tell a hook that its call was taken back.
    case cancel(Registration, token: UInt64, Int32)
    case timer(PluginTimer)
    case task(@Sendable () -> Void)
}
