internal import PluginABI

/// The table haraka.exec/1: the plugin's own lane and its timers.
enum ExecExtension {
    nonisolated(unsafe) static let table = unsafe Text.forever(
        hk_ext_exec(
            struct_size: UInt32(MemoryLayout<hk_ext_exec>.size),
            reserved: 0,
            post: { context, function, ud in
                unsafe HostTable.serve(context) { instance in
                    guard let function = unsafe function else { return Status.invalid }
                    let post = unsafe Post(function: function, ud: ud)
                    do throws(Lane.Refusal) {
                        try instance.lane.push(.task { post.run() })
                        return Status.ok
                    } catch {
                        return Status.shutdown
                    }
                }
            },
            after: { context, delay, period, function, ud, out in
                unsafe HostTable.serve(context) { instance in
                    guard let function = unsafe function else { return Status.invalid }
                    let token = unsafe PluginTimer.start(for: instance, after: delay, every: period, function, ud)
                    guard let token else { return Status.limit }
                    if let out = unsafe out { unsafe out.pointee = token }
                    return Status.ok
                }
            },
            cancel: { context, token in
                unsafe HostTable.serve(context) { instance in
                    guard Token.kind(of: token) == .timer,
                        let timer = instance.backstage.timers.holder(of: token)
                    else { return Status.stale }
                    if let frame = Frame.current, frame.place == .loop || frame.timer == token { return Status.phase }
                    return timer.cancel(token, for: instance)
                }
            }
        )
    )

    /// A plugin's function and the pointer that it wants back.
    @safe private struct Post: @unchecked Sendable {
        // Invariant: the pointer is only ever handed back to the plugin.
        private let function: @convention(c) (UnsafeMutableRawPointer?) -> Void
        private let ud: UnsafeMutableRawPointer?

        init(function: @escaping @convention(c) (UnsafeMutableRawPointer?) -> Void, ud: UnsafeMutableRawPointer?) {
            unsafe self.function = function
            unsafe self.ud = ud
        }

        func run() { unsafe function(ud) }
    }
}
