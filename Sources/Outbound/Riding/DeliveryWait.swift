/// How long a message waits by somebody's word.
public struct DeliveryWait: Sendable, Equatable {
    public var time: Duration
    /// For whoever asks why it is still there.
    public var reason: String

    public init(_ time: Duration, _ reason: String) {
        self.time = time
        self.reason = reason
    }
}
