/// One thing for a plugin's lane to do.
enum LaneJob: Sendable {
    /// Ask a hook, unless the call has ended by then; `limit` is how long it may take, in nanoseconds.
    case call(Call, token: UInt64, limit: Int64)
    /// Tell a hook that its call was taken back.
    case cancel(Registration, token: UInt64, Int32)
    case timer(PluginTimer)
    case task(@Sendable () -> Void)

    /// After how long at it a thread counts as lost: twice what a call may take; never for what has no limit.
    var patience: Int64 {
        guard case .call(_, _, let limit) = self else { return .max }
        let (double, isTooLong) = limit.multipliedReportingOverflow(by: 2)
        return isTooLong ? .max : double
    }
}
