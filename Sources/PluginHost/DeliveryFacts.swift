/// What the outbound hooks are told about one queue entry.
public struct DeliveryFacts: Sendable {
    public var queueID: UInt64
    public var domain: String
    public var nextHop: String
    public var nextPort: Int
    /// The last reply of the next host.
    public var response: String
    public var attempts: Int
    public var delayMilliseconds: UInt64
    /// Bytes of the message.
    public var size: UInt64

    public init(
        queueID: UInt64,
        domain: String,
        nextHop: String = "",
        nextPort: Int = 0,
        response: String = "",
        attempts: Int = 0,
        delayMilliseconds: UInt64 = 0,
        size: UInt64 = 0
    ) {
        self.queueID = queueID
        self.domain = domain
        self.nextHop = nextHop
        self.nextPort = nextPort
        self.response = response
        self.attempts = attempts
        self.delayMilliseconds = delayMilliseconds
        self.size = size
    }
}
