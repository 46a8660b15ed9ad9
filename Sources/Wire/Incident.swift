/// A connection that ended before it had a driver, for the log.
public struct Incident: Sendable, Equatable {
    public let remote: PeerAddress
    public let local: PeerAddress
    /// The proxy, where ``remote`` is what it has told.
    public let proxiedBy: PeerAddress?
    public let listener: ListenerOptions
    public let fault: WireFault
}
