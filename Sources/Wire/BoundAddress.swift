/// An address that is ours: as it was asked for, and as the kernel gave it.
public struct BoundAddress: Sendable, Equatable {
    public let requested: ListenAddress
    /// Names the chosen port when port 0 was asked for.
    public let actual: ListenAddress
    public let options: ListenerOptions
    /// Whether the socket came from the service manager.
    public let isInherited: Bool
}
