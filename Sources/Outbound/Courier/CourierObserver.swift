public import SMTP
public import Wire

/// Who is told what becomes of a courier's messages and of its connection.
///
/// Every method is called on the connection's event loop and must not block; it may call the courier. Where no
/// connection can be tried, they come on the thread that calls ``Courier/begin()``.
public protocol CourierObserver: AnyObject, Sendable {
    /// Whether ``transcribed(_:)`` is called; asked once.
    var wantsTranscript: Bool { get }
    /// The connection stands, and again when TLS is spoken.
    func connected(_ facts: OutcallFacts)
    /// The next message may be given.
    func ready(_ facts: CourierFacts)
    /// What the host has offered, just before ``settled(_:_:because:)``.
    func settling(with capabilities: Capabilities)
    /// What became of these recipients, by their place in the envelope; one outcome for each, and each recipient once.
    ///
    /// The fault tells why, where it was none of the conversation's.
    func settled(_ range: Range<Int>, _ outcomes: [ClientSession.Outcome], because fault: CourierFault?)
    func transcribed(_ line: CourierLine)
    /// Called once, and nothing after it; every recipient is settled by then.
    func ended(_ end: CourierEnd)
}

extension CourierObserver {
    public var wantsTranscript: Bool { false }
    public func connected(_ facts: OutcallFacts) {}
    public func settling(with capabilities: Capabilities) {}
    public func transcribed(_ line: CourierLine) {}
}
