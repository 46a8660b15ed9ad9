/// Who is told what becomes of an ``Outcall``.
///
/// Every method is called on the connection's event loop, in order, and must not block; ``ended(_:)`` alone may come on
/// the thread that begins the call, where no connection is tried.
public protocol OutcallListener: AnyObject, Sendable {
    /// It stands, its TLS handshake included; and once more after ``Outcall/startTLS(_:)``.
    func connected(_ facts: OutcallFacts)
    func received(_ bytes: Span<UInt8>)
    /// There is room again for what ``Outcall/write(_:)`` has refused, or what ``Outcall/hasRoom(below:)`` asked about.
    func writable()
    /// What ``Outcall/arm(deadline:)`` was told is over.
    func deadlinePassed()
    /// ``Outcall/wake()`` was called, once or more.
    func woken()
    /// Called once, and nothing after it.
    func ended(_ end: OutcallEnd)
}

extension OutcallListener {
    /// Nothing, for who arms no deadline.
    public func deadlinePassed() {}
    /// Nothing, for who is never woken.
    public func woken() {}
}
