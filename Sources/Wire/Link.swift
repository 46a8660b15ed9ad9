/// The driver's end of one connection, usable on its event loop only.
public protocol Link {
    /// Takes bytes into the output; nothing leaves before ``flush()``.
    func write(_ bytes: Span<UInt8>)
    /// Takes bytes into the output; nothing leaves before ``flush()``.
    func write(_ bytes: [UInt8])
    func flush()
    /// Shows no more bytes to the driver until ``resumeReading()``; what arrives stays with the kernel.
    func pauseReading()
    /// Reads again; bytes that are still unread are shown at once, after the driver's call has returned.
    func resumeReading()
    /// Calls ``Driver/deadlinePassed(_:)`` once when `deadline` has gone by; replaces the deadline before it.
    ///
    /// Never early, and at most 0.1 s late. Cheap enough to be called for every command.
    func arm(deadline: Duration)
    func disarm()
    /// Sends what was written, then closes; nothing behind it is read, nothing written after it leaves.
    func close()
    /// Called in ``Driver/closed()`` by a driver that still waits for something: it is woken until ``driverIsDone()``.
    func awaitDriver()
    /// The driver has nothing more to be woken for.
    func driverIsDone()
    /// The only way back to this connection from another thread.
    var mailbox: any Mailbox { get }
    /// Who is at the other end.
    var remote: PeerAddress { get }
    /// Which of our addresses was called.
    var local: PeerAddress { get }
    /// Which event loop serves the connection, counted from 0, so that drivers can keep one of a thing per loop.
    var loopIndex: Int { get }
}
