public import TLS

/// What sits on a connection and decides what to do with its bytes.
///
/// Every method is called on the connection's own event loop, never on two threads at once and never from inside another
/// of them, and must not block. Wire's channel handler is generic over the driver, so no call is dispatched through an
/// existential. Bytes that a driver writes and flushes during a call leave together when the call returns.
public protocol Driver<Peer> {
    associatedtype Peer: Link

    /// The connection is there; where TLS comes first, its handshake is finished, and ``Link/tls`` has its facts.
    mutating func opened(_ peer: Peer)
    /// Shows all unread bytes; returns how many are done with.
    ///
    /// What is left is shown again when more arrives, or after ``Link/resumeReading()``.
    mutating func received(_ bytes: Span<UInt8>, _ peer: Peer) -> Int
    /// The handshake that ``Link/startTLS()`` began is finished; no deadline is armed now.
    mutating func secured(_ facts: TLSFacts, _ peer: Peer)
    /// The connection is given up for this reason, and ``closed()`` follows.
    ///
    /// What is written here still leaves when the connection is a plain one.
    mutating func failed(_ fault: WireFault, _ peer: Peer)
    /// Something that was awaited has happened; `token` is what ``Mailbox/wake(_:)`` was given.
    mutating func woken(_ token: UInt64, _ peer: Peer)
    mutating func deadlinePassed(_ peer: Peer)
    /// The deadline of ``Link/armLimit(deadline:)`` has gone by.
    mutating func limitPassed(_ peer: Peer)
    /// The peer has taken most of what was flushed; asked for by ``Connection/awaitRoom()``.
    mutating func hasRoom(_ peer: Peer)
    /// The connection is over, by either side: called once, and nothing is called after it.
    ///
    /// A peer that has only stopped sending is over once it has been shown everything while reading isn't paused.
    mutating func closed()
}

extension Driver {
    /// Nothing, for drivers that never begin TLS.
    public mutating func secured(_ facts: TLSFacts, _ peer: Peer) {}
    /// Nothing: the connection is closed all the same.
    public mutating func failed(_ fault: WireFault, _ peer: Peer) {}
    /// Nothing, for drivers that never ask.
    public mutating func hasRoom(_ peer: Peer) {}
    /// The same as when the peer was idle for too long.
    public mutating func limitPassed(_ peer: Peer) { deadlinePassed(peer) }
}
