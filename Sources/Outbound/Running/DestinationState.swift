public import Queue

/// How a destination is served just now, for whoever asks why mail waits.
public struct DestinationState: Sendable, Equatable {
    public let name: String
    /// Connections, or attempts at one.
    public let connections: Int
    /// How many there may be now, and how many if it were at full speed.
    public let concurrency: Int
    public let limit: Int
    /// Between the beginnings of two connections.
    public let pause: Duration
    /// None begins before; nil when one may now.
    public let notBefore: QueueTime?
    /// Why it was slowed or is left alone: what the host said, or what went wrong.
    public let reason: String?
    /// The host that has as many connections as it may have, where this destination waits for one.
    public let crowdedHost: String?

    /// It defers, and has fewer connections than the settings allow.
    public var isSlowed: Bool { concurrency < limit }
}
