public import TLS

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
    /// Calls ``Driver/limitPassed(_:)`` once when `deadline` has gone by, whatever ``arm(deadline:)`` is told meanwhile.
    ///
    /// So it bounds a command or a message whose bytes keep coming, but slowly. Replaces the limit before it.
    func armLimit(deadline: Duration)
    func disarmLimit()
    /// Begins TLS as the server behind what was written, which is the 220 (RFC 3207 §4).
    ///
    /// What the peer has sent up to now and the driver hasn't taken is forgotten and never shown;
    /// ``droppedPlaintext`` tells how much that was. Until ``Driver/secured(_:_:)`` or ``Driver/failed(_:_:)`` nothing
    /// is shown, nothing written is sent, and the handshake has a deadline of its own: arming does nothing.
    func startTLS()
    /// Sends what was written, then closes; nothing behind it is read, nothing written after it leaves.
    func close()
    /// The same for a peer that may be sending on: it has a moment to read the last reply, before its bytes meet a reset.
    func closeGently()
    /// Called in ``Driver/closed()`` by a driver that still waits for something: it is woken until ``driverIsDone()``.
    func awaitDriver()
    /// The driver has nothing more to be woken for.
    func driverIsDone()
    /// The only way back to this connection from another thread.
    var mailbox: any Mailbox { get }
    /// Who is at the other end; behind a proxy, whom the proxy has named.
    var remote: PeerAddress { get }
    /// Which of our addresses was called; behind a proxy, which of the proxy's.
    var local: PeerAddress { get }
    /// The proxy that has named ``remote`` and ``local``.
    var proxiedBy: PeerAddress? { get }
    /// How connections are treated where this one came in.
    var listener: ListenerOptions { get }
    /// Bytes that have come in all, decrypted ones under TLS: what a driver judges slow senders by.
    var bytesReceived: UInt64 { get }
    /// What the TLS handshake agreed on, written down at each call; nil without TLS and before its end.
    var tls: TLSFacts? { get }
    /// The channel binding `tls-exporter` (RFC 9266).
    var tlsExporter: [UInt8]? { get }
    /// The channel binding `tls-server-end-point` (RFC 5929 §4).
    var tlsServerEndPoint: [UInt8]? { get }
    /// Bytes that came behind STARTTLS in the clear, and that nobody has seen.
    var droppedPlaintext: Int { get }
    /// Which event loop serves the connection, counted from 0, so that drivers can keep one of a thing per loop.
    var loopIndex: Int { get }
}
