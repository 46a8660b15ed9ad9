/// Who is told of a plugin's connection: in order, one call at a time, and they return at once.
public protocol NetEvents: AnyObject, Sendable {
    /// It stands, its TLS handshake included; and once more after ``NetLink/startTLS(_:)``.
    func connected()
    func received(_ bytes: Span<UInt8>)
    /// There is room again for what ``NetLink/write(_:)`` has refused.
    func writable()
    /// One side has closed it; nothing follows.
    func closed(_ reason: String)
    /// It never stood, TLS failed, or the network broke it; nothing follows.
    func failed(_ reason: String)
}
