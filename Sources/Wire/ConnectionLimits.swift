/// How many connections may be open at once; nil for no limit.
///
/// Over a limit, ``Reception/refusal`` is sent and no driver is made.
public struct ConnectionLimits: Sendable, Hashable {
    /// Of all listeners together.
    public var inAll: Int?
    /// From one IPv4 address, or from one /64 of IPv6, which is what one customer has (RFC 6177).
    ///
    /// The client's where a PROXY header tells it; unix sockets are not counted.
    public var perAddress: Int?

    public init(inAll: Int? = nil, perAddress: Int? = nil) {
        self.inAll = inAll
        self.perAddress = perAddress
    }
}
