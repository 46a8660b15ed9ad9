public import Queue

/// Where a ``Carrier`` gets messages, and says what became of them.
public protocol LeaseDesk: Sendable {
    /// Asks for a place at the hosts that are to be called; whoever gets none asks for nothing more, and its destination comes
    /// again when another has gone.
    ///
    /// - Parameter host: what the hosts have in common; the place at the one of before is left.
    /// - Returns: false where too many others are there.
    func enter(_ host: String) async -> Bool
    /// The next message that is due for the destination; nil when there is none.
    func next() async -> Lease?
    /// What became of each recipient of a message, by its place in the envelope; none is left out.
    func settle(_ lease: Lease, _ attempts: [Attempt]) async
    /// A message can't be tried anywhere, for this reason, which says nothing of the destination's others.
    func fail(_ lease: Lease, _ why: Unreachable) async
    /// A message is not tried now; that counts as no attempt.
    func postpone(_ lease: Lease, for time: Duration, _ reason: String) async
    /// The destination is left alone for a while; that says nothing of messages that weren't tried.
    func rest(because reason: String) async
    /// No host can be spoken to now, for this reason: what is due for the destination waits.
    func giveUp(_ why: Unreachable) async
}
