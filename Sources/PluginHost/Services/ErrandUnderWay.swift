/// A delivery that a plugin waits for.
public protocol ErrandUnderWay: Sendable {
    /// Nobody waits for it any more: what a host hasn't got whole it doesn't get.
    func cancel()
}
