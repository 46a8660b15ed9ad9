/// A timer of a `Lane`; it runs on even when nobody keeps this.
///
/// Its box is given back by whoever the host lets win, the run or the cancel, which makes it `Sendable`.
@safe public struct LaneTimer: @unchecked Sendable {
    let host: Host
    let token: UInt64
    let work: Unmanaged<LaneWork>

    /// Stops it: when this returns, the work is not running and will not run.
    ///
    /// Not from inside the work itself. False: it had run or was cancelled before.
    @discardableResult
    public func cancel() throws(HostError) -> Bool {
        let status = unsafe host.tables.exec?.pointee.cancel(host.tables.context, token)
        switch status.map(Int.init) {
        case HK_OK:
            unsafe work.release()
            return true
        case HK_E_STALE: return false
        default: throw HostError(status, "exec.cancel")
        }
    }
}
