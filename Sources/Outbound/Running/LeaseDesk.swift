public import Queue

/// Where a ``Carrier`` gets messages, and says what became of them.
public protocol LeaseDesk: Sendable {
    /// Asks for a place at the hosts that are to be called: false where too many others are there. Then nothing more is asked
    /// for, and the destination comes again when one of them has gone.
    ///
    /// - Parameter host: ``Hop/place(of:)``; another one than before leaves that.
    func enter(_ host: String) async -> Bool
    /// The next message that is due for the destination; nil when there is none.
    func next() async -> Lease?
    /// What became of each recipient of a message, by its place in the envelope; none is left out.
    func settle(_ lease: Lease, _ attempts: [Attempt]) async
    /// No host can be spoken to now, for this reason: what is due for the destination waits.
    func giveUp(_ why: Unreachable) async
}
