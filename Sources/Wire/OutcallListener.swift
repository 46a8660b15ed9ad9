/// Who is told what becomes of an ``Outcall``.
///
/// Every method is called on the connection's event loop, in order, and must not block.
public protocol OutcallListener: AnyObject, Sendable {
    /// It stands, its TLS handshake included; and once more after ``Outcall/startTLS(_:)``.
    func connected()
    func received(_ bytes: Span<UInt8>)
    /// There is room again for what ``Outcall/write(_:)`` has refused.
    func writable()
    /// Called once, and nothing after it.
    func ended(_ end: OutcallEnd)
}
