/// Wakes a connection's driver on its own loop, from any thread.
public protocol Mailbox: Sendable {
    /// Leads to one ``Driver/woken(_:_:)`` with the same token; does nothing when the connection is gone.
    func wake(_ token: UInt64)
}
