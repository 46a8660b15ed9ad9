/// Work on the plugin's own lane, in order with its calls.
public struct Lane: Sendable {
    let host: Host

    /// Runs `work` soon.
    public func post(_ work: @escaping @Sendable () -> Void) throws(HostError) {
        let box = LaneWork(work)
        let retained = unsafe Unmanaged.passRetained(box)
        let status = unsafe host.tables.exec?.pointee.post(host.tables.context, LaneWork.once, retained.toOpaque())
        guard status == hk_status(HK_OK) else {
            unsafe retained.release()
            throw HostError(status, "exec.post")
        }
    }

    /// Runs `work` once after that time, to the millisecond.
    @discardableResult
    public func after(_ delay: Duration, _ work: @escaping @Sendable () -> Void) throws(HostError) -> LaneTimer {
        try arm(delay, repeats: false, work)
    }

    /// Runs `work` again and again, first after one interval.
    @discardableResult
    public func every(_ interval: Duration, _ work: @escaping @Sendable () -> Void) throws(HostError) -> LaneTimer {
        try arm(interval, repeats: true, work)
    }

    private func arm(
        _ time: Duration,
        repeats: Bool,
        _ work: @escaping @Sendable () -> Void
    ) throws(HostError) -> LaneTimer {
        let retained = unsafe Unmanaged.passRetained(LaneWork(work))
        let run = unsafe repeats ? LaneWork.again : LaneWork.once
        let interval = repeats ? time.milliseconds : 0
        var token: hk_timer = 0
        let status = unsafe host.tables.exec?.pointee.after(
            host.tables.context,
            time.milliseconds,
            interval,
            run,
            retained.toOpaque(),
            &token
        )
        guard status == hk_status(HK_OK) else {
            unsafe retained.release()
            throw HostError(status, "exec.after")
        }
        return unsafe LaneTimer(host: host, token: token, work: retained)
    }
}

extension Duration {
    /// Whole milliseconds, at least 0.
    var milliseconds: UInt64 {
        let (seconds, attoseconds) = components
        return UInt64(max(0, seconds)) * 1000 + UInt64(max(0, attoseconds) / 1_000_000_000_000_000)
    }
}
